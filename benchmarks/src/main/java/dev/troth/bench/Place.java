package dev.troth.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * Servers, and what makes their disk slower than it is.
 *
 * @param servers on that disk
 * @param environment of everybody who writes to it
 * @param disk what makes it slower, if anything does
 */
record Place(Servers servers, Map<String, String> environment, Optional<SlowDisk> disk) {

    /** Servers whose forced writes take so much longer. */
    static Place of(Duration slower) throws IOException, InterruptedException {
        Optional<SlowDisk> disk = slower.isZero() ? Optional.empty() : Optional.of(SlowDisk.slowerBy(slower));
        Map<String, String> environment = disk.map(SlowDisk::environment).orElse(Map.of());
        return new Place(new Servers(environment), environment, disk);
    }

    /** Ends the servers and removes what they needed. */
    void close() {
        servers.close();
        removeFiles();
    }

    /** Removes what the servers do not remove themselves when they end. */
    void removeFiles() {
        disk.ifPresent(slow -> {
            try {
                slow.close();
            } catch (IOException e) {
                throw new UncheckedIOException("The files of the slow disk could not be removed", e);
            }
        });
    }
}
