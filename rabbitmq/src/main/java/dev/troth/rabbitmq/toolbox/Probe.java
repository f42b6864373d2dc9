package dev.troth.rabbitmq.toolbox;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.ShutdownSignalException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Finds out over AMQP alone how an exchange or queue differs from what was declared. The broker names one difference, in its text;
 * so it is declared again with the value that the broker has, until nothing else differs.
 *
 * <p>Each of these declarations carries an argument of a type that no broker takes ({@code rabbit_amqqueue:check_declare_arguments},
 * {@code rabbit_misc:r_arg}). The broker compares it after all others, so its being named says that the others are the same; and should
 * the queue have been deleted meanwhile, nothing is made. That the text is understood decides only what can be told, never what is
 * done: both ends are PRECONDITION_FAILED.
 */
final class Probe {
    private static final Pattern INEQUIVALENT =
            Pattern.compile("inequivalent arg '([^']+)' for .*: received (.*) but current is (.*)", Pattern.DOTALL);
    private static final Pattern TYPED = Pattern.compile("the value '(.*)' of type '\\w+'", Pattern.DOTALL);
    private static final Pattern PLAIN = Pattern.compile("'(.*)'", Pattern.DOTALL);
    private static final Pattern NUMBER = Pattern.compile("-?\\d{1,18}");
    private static final List<String> QUEUE_LURES = List.of("x-queue-master-locator", "x-queue-leader-locator");
    private static final int MOST = 20;
    private static final int LURE = 0;

    private final ChannelPool pool;
    private final List<Difference> differences = new ArrayList<>();
    private final Shape asked;
    private final Map<String, Object> now;

    private Probe(ChannelPool pool, Shape asked) {
        this.pool = pool;
        this.asked = asked;
        this.now = new TreeMap<>(asked.settings());
    }

    static Comparison compare(ChannelPool pool, Shape asked) {
        return new Probe(pool, asked).run();
    }

    private Comparison run() {
        for (int i = 0; i < MOST; i++) {
            String answer;
            try {
                answer = declare();
            } catch (IOException | RuntimeException e) {
                return unknown("asking the broker failed with " + Replies.text(e));
            }
            Matcher difference = INEQUIVALENT.matcher(answer);
            if (!difference.find()) {
                return unknown("the broker says '" + answer + "'");
            }
            String setting = difference.group(1);
            @Nullable String found = value(difference.group(3));
            if (isLure(setting)) {
                return complete(setting, found);
            }
            if (!take(setting, found)) {
                return unknown("the broker says '" + answer + "'");
            }
        }
        return unknown("there are more");
    }

    private Comparison unknown(String why) {
        return new Comparison(differences, "what else differs (" + why + ")");
    }

    private Comparison complete(String lure, @Nullable String found) {
        if (lure.equals(Exchange.ALTERNATE)) {
            String current = found == null ? "none" : found;
            if (!asked.value(lure).equals(current)) {
                differences.add(new Difference(lure, asked.value(lure), current));
            }
        }
        boolean typeDiffers =
                differences.stream().anyMatch(each -> each.setting().equals(QueueRules.TYPE));
        return new Comparison(
                differences,
                typeDiffers
                        ? "settings that only one of the two types of queue has; the management API tells them"
                                + " (ToolboxOptions.management)"
                        : "");
    }

    private boolean isLure(String setting) {
        return asked.kind().equals("queue") ? QUEUE_LURES.contains(setting) : setting.equals(Exchange.ALTERNATE);
    }

    /** Notes the difference, and takes over what the broker has; false if that cannot be done. */
    private boolean take(String setting, @Nullable String found) {
        if (differences.stream().anyMatch(each -> each.setting().equals(setting))) {
            return false;
        }
        differences.add(new Difference(setting, asked.value(setting), found == null ? "none" : found));
        if (found == null) {
            now.remove(setting);
            return true;
        }
        if (found.equals("true") || found.equals("false")) {
            now.put(setting, Boolean.valueOf(found));
        } else {
            now.put(setting, NUMBER.matcher(found).matches() ? (Object) Long.valueOf(found) : found);
        }
        return true;
    }

    /** Null if the broker has none. */
    private static @Nullable String value(String text) {
        Matcher typed = TYPED.matcher(text);
        Matcher plain = PLAIN.matcher(text);
        return typed.matches() ? typed.group(1) : plain.matches() ? plain.group(1) : text.equals("none") ? null : text;
    }

    /** Declares what cannot be declared, and returns what the broker says to it. */
    private String declare() throws IOException {
        try (PooledChannel borrowed = pool.borrow()) {
            declare(borrowed.channel());
        } catch (IOException e) {
            String answer = answer(e.getCause());
            if (answer == null) {
                throw e;
            }
            return answer;
        }
        return "declared";
    }

    private static @Nullable String answer(@Nullable Throwable cause) {
        return cause instanceof ShutdownSignalException signal
                        && signal.getReason() instanceof AMQP.Channel.Close close
                        && close.getReplyCode() == AMQP.PRECONDITION_FAILED
                ? close.getReplyText()
                : null;
    }

    private void declare(Channel channel) throws IOException {
        Map<String, Object> arguments = new HashMap<>(now);
        boolean durable = Boolean.TRUE.equals(arguments.remove(Shape.DURABLE));
        boolean autoDelete = Boolean.TRUE.equals(arguments.remove(Shape.AUTO_DELETE));
        if (asked.kind().equals("queue")) {
            boolean exclusive = Boolean.TRUE.equals(arguments.remove(Shape.EXCLUSIVE));
            QUEUE_LURES.forEach(lure -> arguments.put(lure, LURE));
            channel.queueDeclare(asked.name(), durable, exclusive, autoDelete, arguments);
        } else {
            boolean internal = Boolean.TRUE.equals(arguments.remove(Shape.INTERNAL));
            String type = String.valueOf(arguments.remove(Shape.TYPE));
            arguments.put(Exchange.ALTERNATE, LURE);
            channel.exchangeDeclare(asked.name(), type, durable, autoDelete, internal, arguments);
        }
    }
}
