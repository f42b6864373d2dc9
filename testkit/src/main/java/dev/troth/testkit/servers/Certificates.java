package dev.troth.testkit.servers;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/** A key and a self-signed certificate for localhost, as the files that a server and its clients want. */
final class Certificates {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final String ALIAS = "server";

    private Certificates() {}

    /** Makes {@code key.pem}, {@code certificate.pem} and {@code trust.p12} in the folder; the password opens the last. */
    static void make(Path folder, String password) throws IOException {
        Path store = folder.resolve("key.p12");
        String program =
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
        String options = "-genkeypair -alias " + ALIAS + " -keyalg RSA -keysize 2048 -dname CN=localhost"
                + " -ext san=ip:127.0.0.1,dns:localhost -validity 30 -storetype PKCS12 -storepass " + password;
        List<String> command = new ArrayList<>(List.of(program, "-keystore", store.toString()));
        command.addAll(List.of(options.split(" ", -1)));
        Processes.run(command, Map.of(), LIMIT);
        try (InputStream in = Files.newInputStream(store);
                OutputStream out = Files.newOutputStream(folder.resolve("trust.p12"))) {
            KeyStore keys = KeyStore.getInstance("PKCS12");
            keys.load(in, password.toCharArray());
            writePem(
                    folder.resolve("key.pem"),
                    "PRIVATE KEY",
                    keys.getKey(ALIAS, password.toCharArray()).getEncoded());
            writePem(
                    folder.resolve("certificate.pem"),
                    "CERTIFICATE",
                    keys.getCertificate(ALIAS).getEncoded());
            KeyStore trust = KeyStore.getInstance("PKCS12");
            trust.load(null, null);
            trust.setCertificateEntry(ALIAS, keys.getCertificate(ALIAS));
            trust.store(out, password.toCharArray());
        } catch (GeneralSecurityException e) {
            throw new ServerException("keytool made " + store + ", which cannot be read", e);
        }
    }

    private static void writePem(Path file, String what, byte[] encoded) throws IOException {
        String lines = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(encoded);
        Files.writeString(
                file,
                "-----BEGIN " + what + "-----\n" + lines + "\n-----END " + what + "-----\n",
                StandardCharsets.US_ASCII);
    }
}
