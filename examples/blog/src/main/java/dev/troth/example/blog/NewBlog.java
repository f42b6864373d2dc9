package dev.troth.example.blog;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troth.example.blog.web.Problem;
import dev.troth.example.blog.web.ProblemException;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What is posted to the blog service, checked. */
record NewBlog(String title, String content) {
    /** The longest title, in characters. */
    static final int MAX_TITLE = 200;
    /** The longest content, in characters. */
    static final int MAX_CONTENT = 100_000;

    /** Reads both fields; others are ignored. Says everything that is wrong at once. */
    static NewBlog read(ObjectNode object) {
        List<FieldError> errors = new ArrayList<>();
        check(object, "title", MAX_TITLE).ifPresent(errors::add);
        check(object, "content", MAX_CONTENT).ifPresent(errors::add);
        if (!errors.isEmpty()) {
            throw new ProblemException(
                    Problem.of(400, "bad-fields", "Bad fields", "Nothing was done; correct what is said in errors.")
                            .with("errors", errors));
        }
        return new NewBlog(
                object.get("title").textValue(), object.get("content").textValue());
    }

    private static Optional<FieldError> check(ObjectNode object, String name, int limit) {
        JsonNode value = object.get(name);
        if (value == null) {
            return Optional.of(new FieldError(name, "is missing"));
        }
        if (!value.isTextual()) {
            return Optional.of(new FieldError(name, "is to be a string"));
        }
        String text = value.textValue();
        int length = text.codePointCount(0, text.length());
        if (text.isBlank()) {
            return Optional.of(new FieldError(name, "is blank"));
        }
        if (length > limit) {
            return Optional.of(new FieldError(name, "has " + length + " characters; " + limit + " are allowed"));
        }
        if (text.indexOf('\0') >= 0 || !canBeEncoded(text)) {
            return Optional.of(
                    new FieldError(name, "holds U+0000 or half of a surrogate pair, which no database keeps"));
        }
        return Optional.empty();
    }

    private static boolean canBeEncoded(String text) {
        try {
            return StandardCharsets.UTF_8
                    .newEncoder()
                    .encode(CharBuffer.wrap(text))
                    .hasRemaining();
        } catch (CharacterCodingException e) {
            return false;
        }
    }

    /** What is wrong with one field. */
    record FieldError(String field, String message) {}
}
