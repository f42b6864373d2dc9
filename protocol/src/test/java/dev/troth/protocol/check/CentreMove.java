package dev.troth.protocol.check;

import java.util.List;
import java.util.Map;

/**
 * Something that can happen in the centre.
 *
 * @param line for the chart
 * @param branch which branch it is about, or -1
 * @param needs what must have been sent by which branch, one of each set at least
 * @param next what the centre is afterwards
 * @param sends what is sent to which branch
 * @param fault whether it need never happen
 */
record CentreMove(
        Line line, int branch, Map<Integer, Network> needs, Centre next, Map<Integer, Network> sends, boolean fault) {
    CentreMove {
        needs = Map.copyOf(needs);
        sends = Map.copyOf(sends);
    }

    /** Whether it can happen to branches with these networks. */
    boolean isPossible(List<Network> networks) {
        return needs.entrySet().stream()
                .allMatch(need -> networks.get(need.getKey()).hasAny(need.getValue()));
    }
}
