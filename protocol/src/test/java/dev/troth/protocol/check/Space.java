package dev.troth.protocol.check;

import dev.troth.protocol.check.Scope.Feature;
import dev.troth.protocol.check.SiteMove.Kind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * The space that is walked. A state is one number for the centre, then one for each branch; what can happen to each of them is worked
 * out once, by the rules, and looked up from then on.
 *
 * <p>Three things make the space smaller and leave nothing out:
 *
 * <ul>
 *   <li>Branches are alike: states that differ only in the numbers of branches are one.
 *   <li>A move that does nothing but send is done at once. The network only grows and nobody has to receive, so whatever can
 *       happen without the message can happen with it.
 *   <li>A message that nobody will ever receive is taken away.
 * </ul>
 */
final class Space {
    private static final int KNOWN = 1 << 31;

    private static final int TO_CENTRE = Network.of(
                    Sent.YES,
                    Sent.READ_ONLY,
                    Sent.NO,
                    Sent.DONE,
                    Sent.DONE_BY_HAND,
                    Sent.ASKED_COORDINATOR,
                    Sent.ASKED_LOG)
            .bits();

    private final Scope scope;
    private final SiteMoves siteRules;
    private final CentreMoves centreRules;
    private final Interner<Site> sites = new Interner<>();
    private final Interner<Centre> centres = new Interner<>();
    private final Memo<List<Move>> siteMoves = new Memo<>(this::siteMoves);
    private final Memo<List<Move>> centreMoves = new Memo<>(this::centreMoves);
    private final Memo<List<Move>> sendings = new Memo<>(this::sendings);
    private final int[] first; // only to canonicalize
    private final int[] other;
    private int[] bits = new int[1 << 10];
    private final List<List<Integer>> permutations;
    private final List<LongIntMap> renamings;
    private final LongIntMap changed = new LongIntMap();
    private final List<int[]> heard = new ArrayList<>();

    /** A move by numbers. */
    private static final class Move {
        final Line line;
        final int branch;
        final int next;
        final Network[] needs;
        final Network[] sends;
        final boolean isFault;
        final boolean waits;

        Move(CentreMove move, int next, int branches) {
            this.line = move.line();
            this.branch = move.branch();
            this.next = next;
            this.needs = networks(move.needs(), branches);
            this.sends = networks(move.sends(), branches);
            this.isFault = move.fault();
            this.waits = false;
        }

        Move(SiteMove move, int next) {
            this.line = move.line();
            this.branch = -1;
            this.next = next;
            this.needs = new Network[0];
            this.sends = new Network[0];
            this.isFault = move.kind() == Kind.FAULT;
            this.waits = move.kind() == Kind.WHEN_NOBODY_IS_OWED;
        }

        private static Network[] networks(Map<Integer, Network> some, int branches) {
            return IntStream.range(0, branches)
                    .mapToObj(branch -> some.getOrDefault(branch, Network.EMPTY))
                    .toArray(Network[]::new);
        }
    }

    /** Takes what can happen in a state; {@code next} is used again after the call. */
    interface Visitor {
        void visit(Line line, int branch, boolean isFault, int[] next);
    }

    Space(Scope scope, Rules rules) {
        this.scope = scope;
        this.siteRules = new SiteMoves(scope, rules);
        this.centreRules = scope.has(Feature.ONE_PHASE) ? new CallerMoves(rules) : new InitiatorMoves(scope, rules);
        this.permutations = Permutations.of(scope.branches());
        this.renamings = permutations.stream().map(names -> new LongIntMap()).toList();
        this.first = new int[width()];
        this.other = new int[width()];
        centres.number(centreRules.start());
        listen();
    }

    /**
     * Works out, for each centre and branch, what the centre may receive from then on. All centres are found first, as if everything
     * were sent at any time.
     */
    private void listen() {
        for (int centre = 0; centre < centres.size(); centre++) {
            centreMoves.of(centre);
            rename(centre);
            heard.add(new int[scope.branches()]);
        }
        boolean again = true;
        while (again) {
            again = false;
            for (int centre = centres.size() - 1; centre >= 0; centre--) {
                for (Move move : centreMoves.of(centre)) {
                    again |= join(heard.get(centre), heard.get(move.next), move.needs);
                }
            }
        }
    }

    private void rename(int centre) {
        if (centres.value(centre).canRename(scope.branches())) {
            IntStream.range(0, permutations.size()).forEach(p -> renamed(centre, p));
        }
    }

    private int renamed(int centre, int p) {
        return renamings
                .get(p)
                .computeIfAbsent(
                        centre, key -> centres.number(centres.value(centre).renamed(permutations.get(p))));
    }

    private static boolean join(int[] heard, int[] later, Network[] needs) {
        boolean more = false;
        for (int branch = 0; branch < heard.length; branch++) {
            int all = heard[branch] | later[branch] | needs[branch].bits();
            more |= all != heard[branch];
            heard[branch] = all;
        }
        return more;
    }

    int width() {
        return 1 + scope.branches();
    }

    int[] start() {
        int[] start = new int[width()];
        Arrays.fill(start, number(Site.untouched(scope.instances())));
        start[0] = centres.number(centreRules.start());
        normalize(start);
        return start;
    }

    Centre centre(int[] state) {
        return centres.value(state[0]);
    }

    Site site(int[] state, int branch) {
        return sites.value(state[1 + branch]);
    }

    boolean isSettled(int[] state) {
        return centre(state).isSettled()
                && IntStream.range(0, scope.branches())
                        .allMatch(b -> site(state, b).isSettled());
    }

    /** How many different sites and centres there are. */
    String parts() {
        return sites.size() + " sites, " + centres.size() + " centres";
    }

    /** Everything that can happen in a state. What comes of it is normal, and not yet canonical. */
    void moves(int[] state, Visitor visitor) {
        int[] next = new int[state.length];
        for (Move move : centreMoves.of(state[0])) {
            if (isPossible(move, state)) {
                System.arraycopy(state, 0, next, 0, state.length);
                next[0] = move.next;
                send(move, next);
                visit(visitor, move.line, move.branch, move.isFault, next);
            }
        }
        for (int branch = 0; branch < scope.branches(); branch++) {
            boolean owes = centre(state).owes(branch);
            for (Move move : siteMoves.of(state[1 + branch])) {
                if (!(move.waits && owes)) {
                    System.arraycopy(state, 0, next, 0, state.length);
                    next[1 + branch] = move.next;
                    visit(visitor, move.line, branch, move.isFault, next);
                }
            }
        }
        if (scope.has(Feature.FORGETFUL_BROKER)) {
            next[0] = state[0];
            for (int i = 1; i < state.length; i++) {
                next[i] = number(sites.value(state[i]).with(Network.EMPTY));
            }
            visit(visitor, Line.at(Line.Lane.NETWORK, "the broker forgets all messages"), -1, true, next);
        }
    }

    private void visit(Visitor visitor, Line line, int branch, boolean isFault, int[] next) {
        normalize(next);
        visitor.visit(line, branch, isFault, next);
    }

    private boolean isPossible(Move move, int[] state) {
        for (int branch = 0; branch < scope.branches(); branch++) {
            int need = move.needs[branch].bits();
            if (need != 0 && (bits(state[1 + branch]) & need) == 0) {
                return false;
            }
        }
        return true;
    }

    private boolean send(Move move, int[] state) {
        boolean sends = false;
        for (int branch = 0; branch < scope.branches(); branch++) {
            int bits = move.sends[branch].bits();
            if ((bits & ~bits(state[1 + branch])) != 0) {
                state[1 + branch] = changed(state[1 + branch], bits, 0);
                sends = true;
            }
        }
        return sends;
    }

    private int changed(int site, int with, int without) {
        return changed.computeIfAbsent((((long) site << 15) | with) << 15 | without, key -> {
            Site value = sites.value(site);
            Network network = value.network().and(new Network(with)).without(new Network(without));
            return sites.number(value.with(network));
        });
    }

    /** Sends what can only be sent, and takes away what nobody will ever receive. */
    private void normalize(int[] state) {
        int[] hears = heard.get(state[0]);
        List<Move> sending = sendings.of(state[0]);
        boolean again = true;
        while (again) {
            for (int i = 1; i < state.length; i++) {
                int unheard = bits(state[i]) & TO_CENTRE & ~hears[i - 1];
                state[i] = unheard == 0 ? state[i] : changed(state[i], 0, unheard);
            }
            again = false;
            for (Move move : sending) {
                again |= isPossible(move, state) && send(move, state);
            }
        }
    }

    private int bits(int site) {
        if (site >= bits.length) {
            bits = Arrays.copyOf(bits, site * 2);
        }
        if (bits[site] == 0) {
            bits[site] = sites.value(site).network().bits() | KNOWN;
        }
        return bits[site] & ~KNOWN;
    }

    /** Of all states that differ only in the numbers of branches, the one that comes first. */
    void canonicalize(int[] state) {
        if (permutations.isEmpty() || !centre(state).canRename(scope.branches())) {
            return;
        }
        System.arraycopy(state, 0, first, 0, state.length);
        for (int p = 0; p < permutations.size(); p++) {
            other[0] = renamed(state[0], p);
            for (int branch = 0; branch < scope.branches(); branch++) {
                other[1 + permutations.get(p).get(branch)] = state[1 + branch];
            }
            if (Arrays.compare(other, first) < 0) {
                System.arraycopy(other, 0, first, 0, first.length);
            }
        }
        System.arraycopy(first, 0, state, 0, state.length);
    }

    private List<Move> siteMoves(int site) {
        return siteRules.of(sites.value(site)).stream()
                .map(move -> new Move(move, number(move.next())))
                .toList();
    }

    private List<Move> centreMoves(int centre) {
        return centreRules.of(centres.value(centre)).stream()
                .map(move -> new Move(move, centres.number(move.next()), scope.branches()))
                .toList();
    }

    private List<Move> sendings(int centre) {
        return centreMoves.of(centre).stream()
                .filter(move -> move.next == centre && !move.isFault)
                .toList();
    }

    /** With everything sent that it can send without doing anything else. */
    private int number(Site given) {
        Site site = given;
        boolean again = true;
        while (again) {
            Network before = site.network();
            for (SiteMove move : siteRules.of(site)) {
                if (move.kind() == Kind.PROGRESS
                        && move.next().with(site.network()).equals(site)) {
                    site = site.with(site.network().and(move.next().network()));
                }
            }
            again = !site.network().equals(before);
        }
        return sites.number(site);
    }
}
