package dev.troth.rabbitmq.toolbox;

/**
 * A setting in which an exchange or queue differs from what was declared.
 *
 * @param setting its name as AMQP has it, for example {@code x-message-ttl} or {@code durable}
 * @param asked what was declared; "none" if nothing
 * @param found what the broker has; "none" if nothing
 */
public record Difference(String setting, String asked, String found) {
    @Override
    public String toString() {
        return setting + ": asked " + asked + ", the broker has " + found;
    }
}
