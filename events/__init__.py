"""What happened, on the wire: CloudEvents, the contracts of events in and out, the RabbitMQ intake and publisher."""
