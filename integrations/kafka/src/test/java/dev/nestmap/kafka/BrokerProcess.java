/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.kafka;

import java.io.IOException;
import kafka.Kafka;

/** Runs a broker or a controller. It ends when the process that started it ends, even by SIGKILL. */
final class BrokerProcess {
    private BrokerProcess() {}

    /** Argument: file with the properties. */
    public static void main(String[] arguments) {
        Thread end = new Thread(BrokerProcess::haltWithParent, "parent");
        end.setDaemon(true);
        end.start();
        Kafka.main(arguments);
    }

    /** The kernel closes the standard input when the parent ends. */
    private static void haltWithParent() {
        try {
            while (System.in.read() >= 0) {
                // The parent writes nothing.
            }
        } catch (IOException e) {
            // The same as the end of the input.
        }
        Runtime.getRuntime().halt(0);
    }
}
