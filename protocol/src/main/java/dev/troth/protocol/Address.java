package dev.troth.protocol;

import java.util.regex.Pattern;

/**
 * Where a message goes. Those of the commit protocol go to a participant (any of its instances), to a decision log (any instance that
 * shares it), or to one instance of a service; events go to a topic, commands to a subscriber.
 */
public sealed interface Address {

    /** The service, participant, log, topic or subscriber that is meant. */
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

    /** Everybody who has subscribed to the topic: words of lower-case letters, digits and dashes, with dots between them. */
    record Topic(String name) implements Address {
        /** The longest name, in characters. */
        public static final int MAX_LENGTH = 100;

        private static final Pattern WORDS = Pattern.compile("[a-z0-9-]+(\\.[a-z0-9-]+)*");

        /** Checks the name. */
        public Topic {
            if (name.length() > MAX_LENGTH || !WORDS.matcher(name).matches()) {
                throw new IllegalArgumentException("'" + Text.quote(name)
                        + "' is not a topic: words of lower-case letters, digits or dashes with dots between them, "
                        + MAX_LENGTH + " characters at most");
            }
        }

        @Override
        public String toString() {
            return "topic." + name;
        }
    }

    /** Any instance of the named subscriber; what is sent there waits for it. */
    record Subscriber(String name) implements Address {
        /** Checks the name. */
        public Subscriber {
            Name.check(name);
        }

        @Override
        public String toString() {
            return "subscriber." + name;
        }
    }

    /**
     * Reads back, from its text, the address of a participant, a log or an instance: of those who speak the commit protocol.
     *
     * @throws IllegalArgumentException if it is none of them
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
