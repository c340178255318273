"""What Amicable costs, measured beside the raw stack and a peer, in the same run, on real RabbitMQ and PostgreSQL."""
