package dev.troth.spring;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Lets so many names through and calls the rest "other": each is a time series for whoever keeps them. Safe for use by several threads. */
final class FewNames {
    static final String OTHER = "other";

    private final Set<String> known = ConcurrentHashMap.newKeySet();
    private final int most;

    FewNames(int most) {
        this.most = most;
    }

    String of(String name) {
        if (known.contains(name)) {
            return name;
        }
        return known.size() < most && known.add(name) ? name : OTHER;
    }
}
