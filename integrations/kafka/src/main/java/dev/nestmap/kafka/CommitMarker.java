/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.kafka;

import dev.nestmap.runtime.pin.MapIdentity;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/**
 * Names the maps of a shipper's last committed transaction, and the maps of earlier transactions whose pins could not be removed. A shipper
 * acknowledges the maps of a transaction before it begins the next transaction. So the last marker of an outer map names each of its maps
 * that is committed and still pinned. For a file of a {@link Spool}, the boot is its segment, and the map's id is its number.
 *
 * @param shipper a random number of the shipper that wrote it
 * @param series the {@link PartPosition#series} of the transaction's parts
 * @param number the number of its last part
 * @param topic the topic of the entries
 * @param partition the partition of that topic that has the series
 * @param boot the boot of the machine during which the ids are unique
 * @param maps the maps
 */
record CommitMarker(UUID shipper, UUID series, long number, String topic, int partition, UUID boot, Set<Entry> maps) {
    /** The names of all topics of markers begin with this. The name of a topic of entries doesn't. */
    static final String TOPIC_PREFIX = "nestmap-markers-";

    private static final int MAGIC = 0x4e4d4d31; // "NMM1"

    /** The size without strings and maps. */
    private static final int FIXED_SIZE = 3 * Integer.BYTES + 7 * Long.BYTES + 1;

    /** A map: its id, and when it was taken out. */
    record Entry(int id, Instant takenOut) {
        static final int SIZE = Integer.BYTES + Long.BYTES + Integer.BYTES;

        static Entry of(MapIdentity map) {
            return new Entry(map.mapId(), map.takenOut());
        }
    }

    CommitMarker {
        maps = Set.copyOf(maps);
    }

    boolean names(UUID bootOfMap, Entry map) {
        return bootOfMap.equals(boot) && maps.contains(map);
    }

    byte[] write() {
        byte[] topicText = topic.getBytes(StandardCharsets.UTF_8);
        ByteBuffer to = ByteBuffer.allocate(FIXED_SIZE + topicText.length + maps.size() * Entry.SIZE);
        to.putInt(MAGIC);
        put(to, shipper);
        put(to, series);
        to.putLong(number).put((byte) topicText.length).put(topicText).putInt(partition);
        put(to, boot);
        to.putInt(maps.size());
        for (Entry map : maps) {
            to.putInt(map.id).putLong(map.takenOut.getEpochSecond()).putInt(map.takenOut.getNano());
        }
        return to.array();
    }

    /**
     * @throws IllegalArgumentException if the bytes are not a marker
     */
    static CommitMarker read(byte[] bytes) {
        ByteBuffer from = ByteBuffer.wrap(bytes);
        try {
            if (from.getInt() != MAGIC) {
                throw new IllegalArgumentException("it does not begin with NMM1");
            }
            UUID shipper = uuid(from);
            UUID series = uuid(from);
            long number = from.getLong();
            String topic = text(from);
            int partition = from.getInt();
            UUID boot = uuid(from);
            int count = from.getInt();
            if (number < 0 || partition < 0) {
                throw new IllegalArgumentException("it says part " + number + " in partition " + partition);
            }
            if (count < 0 || from.remaining() != (long) count * Entry.SIZE) {
                throw new IllegalArgumentException(
                        "it should name " + count + " maps, and has " + from.remaining() + " bytes for them");
            }
            Entry[] maps = new Entry[count];
            for (int i = 0; i < count; i++) {
                maps[i] = new Entry(from.getInt(), Instant.ofEpochSecond(from.getLong(), from.getInt()));
            }
            return new CommitMarker(shipper, series, number, topic, partition, boot, new HashSet<>(List.of(maps)));
        } catch (BufferUnderflowException e) {
            throw new IllegalArgumentException("it was cut off", e);
        }
    }

    private static void put(ByteBuffer to, UUID uuid) {
        to.putLong(uuid.getMostSignificantBits()).putLong(uuid.getLeastSignificantBits());
    }

    private static UUID uuid(ByteBuffer from) {
        return new UUID(from.getLong(), from.getLong());
    }

    /** Reads a string with its length in one byte. Names of topics have at most 249 characters, all of them ASCII. */
    private static String text(ByteBuffer from) {
        byte[] text = new byte[Byte.toUnsignedInt(from.get())];
        from.get(text);
        return new String(text, StandardCharsets.UTF_8);
    }
}
