/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.examples.fleet;

import kafka.Kafka;

/** Runs a Kafka broker or controller, from Kafka's own jars. */
final class BrokerProcess {
    private BrokerProcess() {}

    /** Argument: file with the properties. */
    public static void main(String[] arguments) {
        Thread end = new Thread(BrokerProcess::haltWithParent, "end");
        end.setDaemon(true);
        end.start();
        Kafka.main(arguments);
    }

    private static void haltWithParent() {
        try {
            Parent.awaitEnd();
        } catch (InterruptedException e) {
            // Ends too.
        }
        Runtime.getRuntime().halt(0);
    }
}
