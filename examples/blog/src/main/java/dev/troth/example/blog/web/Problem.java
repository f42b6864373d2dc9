package dev.troth.example.blog.web;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What went wrong with a request, as RFC 9457 writes it. Immutable; every method returns a changed copy.
 *
 * @param status the HTTP status
 * @param type a URI that names the kind of problem, for programs; {@code about:blank} if the status says it all
 * @param title the kind of problem, for people
 * @param detail this very problem, for people
 * @param more further members, for example the transaction
 * @param headers further headers, for example {@code Retry-After}
 */
public record Problem(
        int status, String type, String title, String detail, Map<String, Object> more, Map<String, String> headers) {
    /** Copies the maps. */
    public Problem {
        more = Map.copyOf(more);
        headers = Map.copyOf(headers);
    }

    /** A problem of a kind of our own; the type is {@code urn:troth:problem:} and the name. */
    public static Problem of(int status, String name, String title, String detail) {
        return new Problem(status, "urn:troth:problem:" + name, title, detail, Map.of(), Map.of());
    }

    /** A problem of which the status says enough. */
    public static Problem plain(int status, String title, String detail) {
        return new Problem(status, "about:blank", title, detail, Map.of(), Map.of());
    }

    /** The same with a further member. */
    public Problem with(String member, Object value) {
        Map<String, Object> all = new LinkedHashMap<>(more);
        all.put(member, value);
        return new Problem(status, type, title, detail, all, headers);
    }

    /** The same with a further header. */
    public Problem header(String name, String value) {
        Map<String, String> all = new LinkedHashMap<>(headers);
        all.put(name, value);
        return new Problem(status, type, title, detail, more, all);
    }

    /** The same, with the advice to try again after so many seconds. */
    public Problem retryAfter(int seconds) {
        return header("Retry-After", Integer.toString(seconds));
    }

    /** The members in the order in which they are to be read. */
    Map<String, Object> members() {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("type", type);
        members.put("title", title);
        members.put("status", status);
        members.put("detail", detail);
        members.putAll(more);
        return members;
    }
}
