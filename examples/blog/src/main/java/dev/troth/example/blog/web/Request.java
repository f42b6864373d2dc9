package dev.troth.example.blog.web;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** A request as an endpoint sees it. Its methods throw {@link ProblemException} where the client is to blame. */
public final class Request {
    /** The largest body that is read, in bytes. */
    public static final int BODY_LIMIT = 1 << 20;

    private static final ObjectReader JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build()
            .reader();

    private final HttpExchange exchange;
    private final Map<String, String> pathValues;

    Request(HttpExchange exchange, Map<String, String> pathValues) {
        this.exchange = exchange;
        this.pathValues = pathValues;
    }

    /** The positive number in the path under that name, or empty if there is something else. */
    public Optional<Long> pathNumber(String name) {
        return number(path(name));
    }

    /** What stands in the path under that name. */
    public String path(String name) {
        return Optional.ofNullable(pathValues.get(name)).orElse("");
    }

    /** The positive number of that name in the query. */
    public long queryNumber(String name) {
        return query(name)
                .flatMap(Request::number)
                .orElseThrow(() -> new ProblemException(Problem.of(
                        400,
                        "bad-request",
                        "Bad query",
                        "The query needs one " + name + ", a positive whole number, as in ?" + name + "=1.")));
    }

    /** What the query says under that name, the first time; empty if it does not. */
    public Optional<String> query(String name) {
        String query = exchange.getRequestURI().getRawQuery();
        for (String pair : query == null ? new String[0] : query.split("&", -1)) {
            if (pair.startsWith(name + "=")) {
                return Optional.of(decoded(pair.substring(name.length() + 1)));
            }
        }
        return Optional.empty();
    }

    private static String decoded(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException notEncoded) {
            return text;
        }
    }

    private static Optional<Long> number(String text) {
        return text.matches("[1-9][0-9]{0,17}") ? Optional.of(Long.valueOf(text)) : Optional.empty();
    }

    /**
     * The body as a JSON object.
     *
     * @throws ProblemException 415 if it is declared as something else, 413 if it is too large, 400 if it is not one
     */
    public ObjectNode object() throws IOException {
        requireJson();
        byte[] body = exchange.getRequestBody().readNBytes(BODY_LIMIT + 1);
        if (body.length > BODY_LIMIT) {
            throw new ProblemException(Problem.of(
                    413, "too-large", "Content too large", "The body may have " + BODY_LIMIT + " bytes at most."));
        }
        JsonNode value;
        try {
            value = JSON.readTree(body);
        } catch (JsonProcessingException e) {
            throw badJson("The body is not JSON: " + e.getOriginalMessage());
        } catch (IOException e) {
            throw badJson("The body is not JSON in UTF-8: " + e.getMessage());
        }
        if (value instanceof ObjectNode object) {
            return object;
        }
        throw badJson("The body is to be one JSON object.");
    }

    private void requireJson() {
        String declared = Optional.ofNullable(exchange.getRequestHeaders().getFirst("Content-Type"))
                .orElse("");
        String[] parts = declared.toLowerCase(Locale.ROOT).replace("\"", "").split(";", -1);
        boolean json = parts[0].strip().equals("application/json");
        for (int i = 1; i < parts.length; i++) {
            String parameter = parts[i].strip();
            json &= !parameter.startsWith("charset=") || parameter.equals("charset=utf-8");
        }
        if (!json) {
            throw new ProblemException(Problem.of(
                    415,
                    "not-json",
                    "Unsupported media type",
                    "Send JSON in UTF-8, with the header Content-Type: application/json."));
        }
    }

    private static ProblemException badJson(String detail) {
        return new ProblemException(Problem.of(400, "bad-json", "Bad JSON", detail));
    }
}
