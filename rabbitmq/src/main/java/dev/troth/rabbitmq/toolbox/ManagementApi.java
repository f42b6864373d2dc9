package dev.troth.rabbitmq.toolbox;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads what the broker has from its management HTTP API. Bounded in time and size; follows no redirects. */
final class ManagementApi {
    private static final Pattern URL =
            Pattern.compile("(https?)://([^:@/?#]*):([^@/?#]*)@([^@/?#]+)(/[^?#]*)?", Pattern.CASE_INSENSITIVE);
    private static final int MILLIS = 5_000;
    private static final int MAX_BYTES = 1 << 20;
    private static final int CHUNK = 8_192;

    private final String root;
    private final String user;
    private final String password;

    private ManagementApi(String root, String user, String password) {
        this.root = root;
        this.user = user;
        this.password = password;
    }

    static ManagementApi at(String uri) {
        Matcher parts = URL.matcher(uri);
        if (!parts.matches()) {
            throw new IllegalArgumentException("Not a URI of RabbitMQ's management API (not shown, it may hold a"
                    + " password). Write http://user:password@host:15672, with https for TLS.");
        }
        String path = parts.group(5) == null ? "" : parts.group(5);
        String scheme = parts.group(1).toLowerCase(Locale.ROOT);
        String root =
                scheme + "://" + parts.group(4) + (path.endsWith("/") ? path.substring(0, path.length() - 1) : path);
        return new ManagementApi(root, decode(parts.group(2)), decode(parts.group(3)));
    }

    /** A queue's or exchange's description: {@code kind} is {@code queues} or {@code exchanges}. */
    Map<String, Object> describe(String kind, String virtualHost, String name) throws IOException {
        HttpURLConnection request =
                (HttpURLConnection) URI.create(root + "/api/" + kind + "/" + encode(virtualHost) + "/" + encode(name))
                        .toURL()
                        .openConnection();
        try {
            request.setConnectTimeout(MILLIS);
            request.setReadTimeout(MILLIS);
            request.setInstanceFollowRedirects(false);
            request.setRequestProperty("Accept", "application/json");
            byte[] login = (user + ":" + password).getBytes(StandardCharsets.UTF_8);
            request.setRequestProperty(
                    "Authorization", "Basic " + Base64.getEncoder().encodeToString(login));
            int status = request.getResponseCode();
            if (status != HttpURLConnection.HTTP_OK) {
                throw new IOException("it answers with status " + status);
            }
            return Json.object(body(request));
        } finally {
            request.disconnect();
        }
    }

    private static String body(HttpURLConnection request) throws IOException {
        long deadline = System.nanoTime() + MILLIS * 1_000_000L;
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        try (InputStream in = request.getInputStream()) {
            byte[] chunk = new byte[CHUNK];
            for (int read = in.read(chunk); read >= 0; read = in.read(chunk)) {
                body.write(chunk, 0, read);
                if (body.size() > MAX_BYTES || System.nanoTime() - deadline > 0) {
                    throw new IOException("its answer is too large or too slow");
                }
            }
        }
        return body.toString(StandardCharsets.UTF_8);
    }

    private static String encode(String segment) {
        return URLEncoder.encode(segment, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private static String decode(String text) {
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    /** Without user and password. */
    @Override
    public String toString() {
        return root;
    }
}
