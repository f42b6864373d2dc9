package dev.troth.rabbitmq;

/** What all lines of one transport use together. */
record Shared(
        RabbitOptions options,
        Topology topology,
        Threads threads,
        Wire wire,
        Outgoing outgoing,
        DeadLetters deadLetters,
        Attendances attendances) {}
