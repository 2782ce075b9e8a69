/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.kafka;

/** Sends maps in one transaction, and counts its messages and entries. */
final class ShippingTransaction {
    private final TransactionalProducer producer;
    private final PartWriter writer;
    private final int partitions;
    private long messages;
    private long entries;
    private long bytes;
    private long inexactMaps;

    /** @param partitions number of partitions of the topic */
    ShippingTransaction(TransactionalProducer producer, PartWriter writer, int partitions) {
        this.producer = producer;
        this.writer = writer;
        this.partitions = partitions;
    }

    /** Sends the entries of a map. Sends nothing if it has none. The first message begins the transaction. */
    void send(UnshippedMap map) {
        byte[] key = map.identity().outerKey().toBytes();
        PartWriter.Messages parts = writer.write(map, partitions);
        for (byte[] message : parts.list()) {
            if (messages++ == 0) {
                producer.begin();
            }
            producer.send(key, message);
            bytes += message.length;
        }
        entries += parts.entries();
        inexactMaps += map.isExact(parts.entries()) ? 0 : 1;
    }

    boolean isEmpty() {
        return messages == 0;
    }

    long messages() {
        return messages;
    }

    long entries() {
        return entries;
    }

    long bytes() {
        return bytes;
    }

    long inexactMaps() {
        return inexactMaps;
    }
}
