package dev.troth.engine.consumer;

/** A failure with its stack and causes, for somebody who looks at it days later. */
final class StackText {
    private static final int MAX_LENGTH = 8_000;
    private static final int MAX_CAUSES = 20;

    private StackText() {}

    /** The failure, or one in its place if that cannot be shown: its own methods throw. */
    static Throwable shown(Throwable failure) {
        try {
            Throwable each = failure;
            for (int depth = 0; each != null && depth < MAX_CAUSES; depth++) {
                String unused = each.toString() + each.getLocalizedMessage();
                each = each.getCause();
            }
            return failure;
        } catch (Throwable worse) {
            return new IllegalStateException(failure.getClass().getName() + " cannot be shown: its own methods throw "
                    + worse.getClass().getName());
        }
    }

    static String of(Throwable failure) {
        StringBuilder text = new StringBuilder();
        Throwable each = failure;
        for (int depth = 0; each != null && depth < MAX_CAUSES && text.length() < MAX_LENGTH; depth++) {
            text.append(depth == 0 ? "" : "Caused by: ").append(each).append('\n');
            for (StackTraceElement element : each.getStackTrace()) {
                text.append("\tat ").append(element).append('\n');
            }
            each = each.getCause();
        }
        return text.substring(0, Math.min(MAX_LENGTH, text.length()));
    }
}
