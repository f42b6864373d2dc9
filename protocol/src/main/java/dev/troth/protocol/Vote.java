package dev.troth.protocol;

/** What a participant answers to PREPARE. */
public sealed interface Vote {

    /**
     * Yes: the branch is prepared and will commit or roll back as it is told, whatever happens.
     *
     * @param answer what the handler returned
     * @param voter who prepared it
     */
    record Yes(Payload answer, Voter voter) implements Vote {}

    /**
     * The branch wrote nothing: it has ended already and does not care about the outcome.
     *
     * @param answer what the handler returned
     */
    record ReadOnly(Payload answer) implements Vote {}

    /** No: the branch has rolled back already. */
    record No(Refusal refusal) implements Vote {}

    /**
     * Who prepared a branch: the decision goes to that instance first, and only that store can finish it.
     *
     * @param instance the process
     * @param store the identity of the database
     */
    record Voter(Address.Instance instance, String store) {
        /** Checks the store's identity. */
        public Voter {
            Name.checkToken(store);
        }
    }
}
