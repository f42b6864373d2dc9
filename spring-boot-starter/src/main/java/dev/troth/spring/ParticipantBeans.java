package dev.troth.spring;

import dev.troth.Participant;
import dev.troth.message.Kind;
import dev.troth.protocol.Refusal;
import dev.troth.spi.BranchFailedException;
import dev.troth.spring.BeanMethods.Found;
import dev.troth.spring.HandlerProperties.OfParticipant;
import dev.troth.tx.Branch;
import dev.troth.tx.Handler;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.dao.OptimisticLockingFailureException;
import org.springframework.transaction.support.TransactionSynchronization;

/** Makes participants of the methods with {@link TrothHandler}. */
record ParticipantBeans(Databases databases, Readiness ready) {
    private static final int DEPTH = 20;

    /** One participant for each name. */
    List<Participant> of(Map<String, List<BeanMethod>> methods, Map<String, OfParticipant> settings) {
        List<Participant> participants = new ArrayList<>();
        methods.forEach((name, ofName) -> participants.add(
                participant(name, ofName, settings.getOrDefault(name, HandlerProperties.NOTHING_OF_PARTICIPANT))));
        return participants;
    }

    /** By the name of their participant. */
    static Map<String, List<BeanMethod>> byName(List<Found<TrothHandler>> found, Names names) {
        Map<String, List<BeanMethod>> byName = new LinkedHashMap<>();
        found.forEach(each -> byName.computeIfAbsent(
                        names.resolve(each.annotation().value(), each.method()), name -> new ArrayList<>())
                .add(each.method()));
        return byName;
    }

    private Participant participant(String name, List<BeanMethod> methods, OfParticipant settings) {
        BeanMethod first = methods.get(0);
        refuseTwoOfAKind(name, methods);
        String property = "troth.participants." + name;
        Participant participant = named(name, first);
        DataSource source = databases.source(settings.dataSource(), first, property + ".data-source");
        Supplier<BoundConnection> bound = databases.bound(source);
        for (BeanMethod method : methods) {
            participant = participant.handleAndAnswer(method.payload(), handler(method, bound));
        }
        if (settings.concurrency() != null) {
            participant = participant.concurrency(settings.concurrency());
        }
        return participant.on(new ReadyBranches(databases.branches(source, settings, first, property), ready));
    }

    private static Participant named(String name, BeanMethod method) {
        try {
            return Participant.named(name);
        } catch (IllegalArgumentException wrong) {
            throw HandlerException.about(method, wrong, "Change @TrothHandler(\"" + name + "\").");
        }
    }

    private static void refuseTwoOfAKind(String name, List<BeanMethod> methods) {
        Map<String, BeanMethod> byKind = new HashMap<>();
        for (BeanMethod method : methods) {
            Kind kind = method.payload().getAnnotation(Kind.class);
            if (kind == null) {
                throw new HandlerException(
                        method + " takes a " + method.payload().getName()
                                + ", which has no kind, the stable name under which it travels.",
                        "Add @Kind(\"…\") to " + method.payload().getName() + ".");
            }
            if (Future.class.isAssignableFrom(method.answer())) {
                throw new HandlerException(
                        method + " returns a future, so the branch would be prepared before its work is done.",
                        "Do the work in the method, and return what it gives.");
            }
            BeanMethod other = byKind.put(kind.value(), method);
            if (other != null) {
                throw new HandlerException(
                        method.withBean() + " and " + other.withBean() + " both handle kind '" + kind.value()
                                + "' of participant '" + name + "'.",
                        "Remove one of them, or give one of their commands another @Kind.");
            }
        }
    }

    private static <C> Handler<C, Object> handler(BeanMethod method, Supplier<BoundConnection> bound) {
        return (command, branch) -> {
            Hooks hooks = new Hooks("branch " + branch.id());
            int ended = TransactionSynchronization.STATUS_ROLLED_BACK;
            try {
                Object answer = bound.get()
                        .<Object>run(
                                branch.connection(),
                                method.transactionName(),
                                hooks,
                                () -> call(method, command, branch));
                ended = TransactionSynchronization.STATUS_UNKNOWN; // others decide
                return answer;
            } catch (RuntimeException failure) {
                throw refusal(failure, bound.get().meaning(failure));
            } finally {
                hooks.ended(ended);
            }
        };
    }

    private static Object call(BeanMethod method, Object command, Branch branch) throws Exception {
        Object answer = method.call(command, branch);
        return answer == null ? Optional.empty() : answer;
    }

    /** Spring may know what it means where no database has said it: of a version that Hibernate has compared, of a value that is missing. */
    private static RuntimeException refusal(RuntimeException failure, RuntimeException meaning) {
        if (hasCodes(failure) || !(meaning instanceof DataAccessException)) {
            return failure;
        }
        if (meaning instanceof OptimisticLockingFailureException) {
            return new BranchFailedException(new Refusal(Refusal.Reason.CONFLICT, meaning.toString()), failure);
        }
        return meaning instanceof DataIntegrityViolationException
                ? new BranchFailedException(new Refusal(Refusal.Reason.CONSTRAINT, meaning.toString()), failure)
                : failure;
    }

    private static boolean hasCodes(Throwable failure) {
        Throwable each = failure;
        for (int depth = 0; each != null && depth < DEPTH; depth++) { // causes may form a circle
            if (each instanceof SQLException) {
                return true;
            }
            each = each.getCause();
        }
        return false;
    }
}
