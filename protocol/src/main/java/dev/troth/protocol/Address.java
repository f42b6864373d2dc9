package dev.troth.protocol;

/**
 * Where a message goes: to a participant (any of its instances), to a decision log (any instance that shares it), or to
 * one instance of a service.
 */
public sealed interface Address {

    /** The service, participant or log that is meant. */
    String name();

    /** Any instance that offers the named participant. */
    record Participant(String name) implements Address {
        /** Checks the name. */
        public Participant {
            Name.check(name);
        }

        @Override
        public String toString() {
            return "participant." + name;
        }
    }

    /** Any instance of the named service: they share its decision log. */
    record Log(String name) implements Address {
        /** Checks the name. */
        public Log {
            Name.check(name);
        }

        @Override
        public String toString() {
            return "log." + name;
        }
    }

    /** One running instance; its address is gone when it is. */
    record Instance(String name, String id) implements Address {
        /** Checks name and identity. */
        public Instance {
            Name.check(name);
            Name.checkToken(id);
        }

        @Override
        public String toString() {
            return "instance." + name + '.' + id;
        }
    }

    /**
     * Reads an address back from its text.
     *
     * @throws IllegalArgumentException if it is none
     */
    static Address parse(String text) {
        String[] parts = text.split("\\.", -1);
        if (parts.length == 2 && parts[0].equals("participant")) {
            return new Participant(parts[1]);
        }
        if (parts.length == 2 && parts[0].equals("log")) {
            return new Log(parts[1]);
        }
        if (parts.length == 3 && parts[0].equals("instance")) {
            return new Instance(parts[1], parts[2]);
        }
        throw new IllegalArgumentException("'" + Text.quote(text) + "' is not an address");
    }
}
