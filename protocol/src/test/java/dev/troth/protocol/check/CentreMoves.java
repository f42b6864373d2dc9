package dev.troth.protocol.check;

import java.util.List;

/** Everything that can happen in the centre. */
interface CentreMoves {
    Centre start();

    /** All moves that change something or send something. */
    List<CentreMove> of(Centre centre);
}
