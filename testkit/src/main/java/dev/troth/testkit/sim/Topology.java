package dev.troth.testkit.sim;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * Which processes there are, and on which databases they work.
 *
 * @param services what is deployed
 */
record Topology(List<Service> services) {

    /**
     * Instances of one service.
     *
     * @param name the service
     * @param instances how many
     * @param decides whether it has a decision log
     * @param offers the participant that it offers, if it does
     * @param older whether its first instance is of an older version
     */
    record Service(String name, int instances, boolean decides, Optional<String> offers, boolean older) {
        boolean isOlder(String host) {
            return older && host.endsWith("-1");
        }

        List<String> hosts() {
            List<String> hosts = new ArrayList<>();
            for (int i = 1; i <= instances; i++) {
                hosts.add(name + "-" + i);
            }
            return hosts;
        }
    }

    static Topology draw(long seed) {
        SplittableRandom random = Chance.of(seed, "topology");
        return new Topology(List.of(
                new Service("blog", 1 + random.nextInt(3), true, Optional.empty(), false),
                new Service("shop", 1 + random.nextInt(2), true, Optional.of("stock"), random.nextInt(4) == 0),
                new Service("review", 1 + random.nextInt(2), false, Optional.of("review"), random.nextInt(4) == 0),
                new Service("bank", 1 + random.nextInt(2), false, Optional.of("bank"), random.nextInt(4) == 0)));
    }

    /** Where transactions can be started. */
    List<String> initiators() {
        return services.stream()
                .filter(Service::decides)
                .flatMap(service -> service.hosts().stream())
                .toList();
    }

    List<String> hosts() {
        return services.stream().flatMap(service -> service.hosts().stream()).toList();
    }

    List<String> participants() {
        return services.stream().flatMap(service -> service.offers().stream()).toList();
    }

    /** One for every log and one for every participant. */
    List<String> databases() {
        List<String> databases = new ArrayList<>();
        for (Service service : services) {
            if (service.decides()) {
                databases.add(logOf(service));
            }
            service.offers().map(Topology::storeOf).ifPresent(databases::add);
        }
        return databases;
    }

    static String logOf(Service service) {
        return service.name() + "-log";
    }

    static String storeOf(String participant) {
        return participant + "-db";
    }
}
