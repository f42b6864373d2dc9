package dev.troth.cli;

/** Takes passwords out of what is shown: those in URLs of databases and brokers. */
public final class Redaction {
    private Redaction() {}

    /** The same text with {@code ***} in the place of every password. */
    public static String of(String text) {
        return text.replaceAll("(?i)(password=)[^&;\\s'\"]*", "$1***")
                .replaceAll("(://[^:/@\\s]*:)[^@\\s]*@", "$1***@");
    }
}
