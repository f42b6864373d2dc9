package dev.troth.engine.consumer;

/** A message came for which there is no handler here; an instance of a newer version may have one. */
final class UnknownKindException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UnknownKindException(String kind, SubscriberSpec spec) {
        super(
                "Subscriber '" + spec.name() + "' has no handler for kind '" + kind + "'. It handles "
                        + spec.entries().stream()
                                .map(SubscriberSpec.Entry::topics)
                                .toList()
                        + ". Add .handle(…), or unbind the topic at the broker if it is not wanted any more.",
                null,
                false,
                false);
    }
}
