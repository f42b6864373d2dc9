package dev.troth.rabbitmq.toolbox;

import com.rabbitmq.client.AMQP;
import java.util.List;
import java.util.stream.Collectors;

/** An exchange or queue exists with other settings than those that were declared. The broker has changed nothing. */
public final class DeclarationException extends ToolboxException {
    private static final long serialVersionUID = 1L;

    private final String what;
    private final transient List<Difference> differences;
    private final String notCompared;

    DeclarationException(String what, Comparison comparison, Throwable cause) {
        super(message(what, comparison), AMQP.PRECONDITION_FAILED, cause);
        this.what = what;
        this.differences = comparison.differences();
        this.notCompared = comparison.notCompared();
    }

    private static String message(String what, Comparison comparison) {
        return what + " exists with other settings: "
                + (comparison.differences().isEmpty()
                        ? "(which, could not be found out)"
                        : comparison.differences().stream()
                                .map(Difference::toString)
                                .collect(Collectors.joining("; ")))
                + (comparison.notCompared().isEmpty() ? "" : ". Not known: " + comparison.notCompared())
                + ". What was declared before it stays declared, nothing was changed, and it is not tried again."
                + " Declare the settings that it has, or see that it is not needed any more, delete it, and declare it"
                + " anew.";
    }

    /** What differs, as {@code queue 'orders' in virtual host '/'}. */
    public String what() {
        return what;
    }

    /** Each setting that differs, with both values. */
    public List<Difference> differences() {
        return differences;
    }

    /** What could not be compared, and why; "" if everything was. */
    public String notCompared() {
        return notCompared;
    }
}
