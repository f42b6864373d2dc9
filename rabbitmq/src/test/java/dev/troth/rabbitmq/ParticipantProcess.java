package dev.troth.rabbitmq;

import dev.troth.message.Delivery;
import dev.troth.protocol.Address;
import java.util.concurrent.CountDownLatch;

/** A participant in a process of its own, to be killed: says what has come, and settles a PREPARE only if told so. */
final class ParticipantProcess {
    static final String TAKEN = "taken";

    private ParticipantProcess() {}

    public static void main(String[] arguments) throws InterruptedException {
        RabbitTransport transport = RabbitTransport.connect(arguments[0]);
        boolean settles = arguments[2].equals("settles");
        transport.listen(new Address.Participant(arguments[1]), 4, delivery -> taken(delivery, settles));
        System.out.println("listening");
        new CountDownLatch(1).await();
    }

    private static void taken(Delivery delivery, boolean settles) {
        if (settles) {
            delivery.ack();
        }
        System.out.println(TAKEN);
    }
}
