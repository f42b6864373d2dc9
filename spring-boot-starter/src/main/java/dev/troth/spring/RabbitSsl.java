package dev.troth.spring;

import dev.troth.rabbitmq.RabbitOptions;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundleKey;
import org.springframework.boot.ssl.SslOptions;
import org.springframework.boot.ssl.jks.JksSslStoreBundle;
import org.springframework.boot.ssl.jks.JksSslStoreDetails;

/** The part {@code ssl.*} of {@code spring.rabbitmq.*}. Certificates and host names are always verified. */
record RabbitSsl(
        @Nullable Boolean enabled,
        @Nullable String bundle,
        @Nullable String keyStore,
        @DefaultValue("PKCS12") String keyStoreType,
        @Nullable String keyStorePassword,
        @Nullable String trustStore,
        @DefaultValue("JKS") String trustStoreType,
        @Nullable String trustStorePassword,
        @Nullable String algorithm,
        @DefaultValue("true") boolean validateServerCertificate,
        @DefaultValue("true") boolean verifyHostname) {
    private static final Logger log = LoggerFactory.getLogger(RabbitSsl.class);

    /** Unless an address says otherwise. */
    boolean wanted() {
        return Boolean.TRUE.equals(enabled) || hasBundle();
    }

    private boolean hasBundle() {
        return bundle != null && !bundle.isBlank();
    }

    RabbitOptions applied(RabbitOptions options, Optional<SslBundle> given, Function<String, SslBundle> bundles) {
        if (!validateServerCertificate || !verifyHostname) {
            log.warn(
                    "spring.rabbitmq.ssl.{}=false is not honoured: whoever stands between could read and change every"
                            + " message. Troth verifies certificates and host names; trust the broker's issuer with an SSL bundle",
                    validateServerCertificate ? "verify-hostname" : "validate-server-certificate");
        }
        Optional<SslBundle> chosen = given.or(() -> hasBundle() && bundle != null
                ? Optional.of(bundles.apply(bundle))
                : keyStore == null && trustStore == null && algorithm == null
                        ? Optional.empty()
                        : Optional.of(stores()));
        return chosen.map(SslBundle::createSslContext).map(options::sslContext).orElse(options);
    }

    /** What lies in no store is the JVM's default. */
    private SslBundle stores() {
        return SslBundle.of(
                new JksSslStoreBundle(
                        keyStore == null
                                ? null
                                : new JksSslStoreDetails(keyStoreType, null, keyStore, keyStorePassword),
                        trustStore == null
                                ? null
                                : new JksSslStoreDetails(trustStoreType, null, trustStore, trustStorePassword)),
                SslBundleKey.NONE,
                SslOptions.NONE,
                algorithm == null ? SslBundle.DEFAULT_PROTOCOL : algorithm);
    }
}
