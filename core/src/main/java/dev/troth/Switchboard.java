package dev.troth;

import dev.troth.engine.participant.ParticipantDesk;
import dev.troth.engine.twophase.CoordinatorDesk;
import dev.troth.engine.wire.MalformedMessageException;
import dev.troth.engine.wire.Received;
import dev.troth.engine.wire.WireFormat;
import dev.troth.message.Delivery;
import dev.troth.protocol.Message;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads what arrives and hands it to whom it concerns; what nobody can read is set aside. */
final class Switchboard {
    private static final Logger log = LoggerFactory.getLogger(Switchboard.class);

    private final CoordinatorDesk coordinator;
    private final Map<String, ParticipantDesk> participants;

    Switchboard(CoordinatorDesk coordinator, Map<String, ParticipantDesk> participants) {
        this.coordinator = coordinator;
        this.participants = Map.copyOf(participants);
    }

    void receive(Delivery delivery) {
        Received received;
        try {
            received = WireFormat.read(delivery);
        } catch (MalformedMessageException e) {
            log.warn(
                    "code=TROTH-0601 A message is not one of the protocol and goes to the dead letters: {} ({})",
                    e.getMessage(),
                    delivery.envelope());
            delivery.deadLetter(String.valueOf(e.getMessage()));
            return;
        }
        route(received);
    }

    private void route(Received received) {
        Message message = received.message();
        if (message instanceof Message.Prepare prepare) {
            toParticipant(prepare.participant(), received);
        } else if (message instanceof Message.Decide decide) {
            toParticipant(decide.participant(), received);
        } else if (message instanceof Message.Answer answer) {
            toParticipant(answer.participant(), received);
        } else {
            coordinator.receive(received);
        }
    }

    private void toParticipant(String name, Received received) {
        ParticipantDesk participant = participants.get(name);
        if (participant == null) {
            String reason = "participant '" + name + "' is not offered here, but by " + participants.keySet();
            log.warn(
                    "code=TROTH-0602 A message goes to the dead letters: {} ({})",
                    reason,
                    received.delivery().envelope());
            received.delivery().deadLetter(reason);
        } else {
            participant.receive(received);
        }
    }
}
