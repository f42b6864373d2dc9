package dev.troth.testkit.idempotency;

/**
 * A message with which the handler is tried.
 *
 * @param message as the consumer gets it
 * @param id the same at every delivery
 * @param key messages of the same key keep their order; "" if it was not said what the keys are
 */
record Sample<M>(M message, String id, String key) {
    @Override
    public String toString() {
        return "'" + id + "'";
    }
}
