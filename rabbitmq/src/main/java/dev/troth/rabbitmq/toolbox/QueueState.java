package dev.troth.rabbitmq.toolbox;

/**
 * What the broker says of a queue.
 *
 * @param ready how many messages wait in it, without those that are delivered and not settled
 * @param consumers how many consume from it
 */
public record QueueState(long ready, long consumers) {}
