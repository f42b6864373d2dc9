package dev.troth.cli.matrix;

import dev.troth.spi.CrashPoint;
import java.util.ArrayList;
import java.util.List;

/**
 * One case of the matrix: what is done to whom, at which point of a transaction.
 *
 * @param harm what
 * @param victim to whom
 * @param point when
 */
record Cell(Harm harm, Party victim, CrashPoint point) {

    /** All of them. */
    static List<Cell> all() {
        List<Cell> cells = new ArrayList<>();
        for (Harm harm : Harm.values()) {
            for (Party victim : Party.values()) {
                for (CrashPoint point : CrashPoint.values()) {
                    if (harm.toWires == victim.isWire()) {
                        cells.add(new Cell(harm, victim, point));
                    }
                }
            }
        }
        return cells;
    }

    @Override
    public String toString() {
        return harm + " of " + victim + " at " + point;
    }
}
