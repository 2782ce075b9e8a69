/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.kafka;

import dev.nestmap.runtime.pin.MapIdentity;
import dev.nestmap.types.ByteString;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.jspecify.annotations.Nullable;

/**
 * The header of a message, which precedes its entries. Numbers are big-endian. docs/fleet/reference.md documents the format.
 *
 * @param layout fingerprint of the layout of keys and entries
 * @param position place among all parts of the shipper
 * @param part number of this part of the map, from 1
 * @param parts number of parts of the map
 */
record PartHeader(
        String layout,
        MapIdentity map,
        PartPosition position,
        int part,
        int parts,
        boolean full,
        long lostInserts,
        int keySize,
        int valueSize,
        int entries) {
    /**
     * The Kafka header with the layout text of a message. Every message has it, because a consumer may begin anywhere. Compression stores
     * the text once per batch. The message itself contains only the text's fingerprint.
     */
    static final String LAYOUT_TEXT = "nestmap.layout";

    /** The name of the Kafka header with a label, before the label's own name. */
    static final String LABEL = "nestmap.label.";

    private static final byte[] MAGIC = {'N', 'M', 'P'};
    private static final byte VERSION = 1;

    /** The size without the bytes of the four texts and the key. */
    private static final int FIXED_SIZE = 100;

    private static final int FULL = 1;

    /** A name of this format, without white space and control characters, which would forge lines of logs and tables. */
    private static final Pattern NAME = Pattern.compile("[^\\p{C}\\p{Z}]{0,500}");

    /** The last day that {@link Instant#toString} writes with four digits of the year. */
    private static final Instant LAST_TIME = Instant.parse("9999-12-31T00:00:00Z");

    /** Returns the Kafka headers with the labels of a map. */
    static List<Header> labels(UnshippedMap map) {
        List<Header> labels = new ArrayList<>();
        map.labels()
                .forEach((name, value) ->
                        labels.add(new RecordHeader(LABEL + name, value.getBytes(StandardCharsets.UTF_8))));
        return labels;
    }

    int entrySize() {
        return keySize + valueSize;
    }

    /** The size of the header in bytes. */
    int size() {
        return FIXED_SIZE
                + layout.getBytes(StandardCharsets.UTF_8).length
                + position.shipper().getBytes(StandardCharsets.UTF_8).length
                + map.machine().getBytes(StandardCharsets.UTF_8).length
                + map.outerMap().getBytes(StandardCharsets.UTF_8).length
                + map.outerKey().size();
    }

    /**
     * Returns a message: this header, followed by the entries.
     *
     * @throws IllegalArgumentException if no reader would accept it
     */
    byte[] write(ByteBuffer bytesOfEntries) {
        String problem = problem(layout, map, position, part, parts, lostInserts);
        if (problem != null) {
            throw new IllegalArgumentException("the part can't be sent: " + problem);
        }
        ByteBuffer to = ByteBuffer.allocate(size() + bytesOfEntries.remaining());
        to.put(MAGIC).put(VERSION).put(byteOrder()).put((byte) (full ? FULL : 0));
        put(to, layout.getBytes(StandardCharsets.UTF_8));
        put(to, position.shipper().getBytes(StandardCharsets.UTF_8));
        put(to, position.series());
        to.putLong(position.number());
        put(to, map.machine().getBytes(StandardCharsets.UTF_8));
        put(to, map.bootId());
        to.putInt(map.mapId());
        Instant takenOut = map.takenOut();
        to.putLong(takenOut.getEpochSecond()).putInt(takenOut.getNano());
        put(to, map.outerMap().getBytes(StandardCharsets.UTF_8));
        put(to, map.outerKey().toBytes());
        to.putInt(part).putInt(parts).putLong(lostInserts);
        to.putInt(keySize).putInt(valueSize).putInt(entries);
        return to.put(bytesOfEntries).array();
    }

    /**
     * Reads a header and leaves the buffer's position at the first entry.
     *
     * @throws UnreadablePartException if the bytes are not a header, or if this version can't read the header
     */
    static PartHeader read(ByteBuffer from) {
        byte[] magic = new byte[MAGIC.length];
        if (from.hasRemaining() && from.get(from.position()) == '{') {
            throw new UnreadablePartException(
                    "it is JSON: read it with a JSON library, or let shippers send MessageFormat.BINARY");
        }
        if (from.remaining() <= magic.length || !Arrays.equals(MAGIC, get(from, magic))) {
            throw new UnreadablePartException(
                    "it does not begin with NMP, as the messages of a shipper do: another program"
                            + " writes to this topic, or the topic is another one");
        }
        byte version = from.get();
        if (version != VERSION) {
            throw new UnreadablePartException(
                    "its format has version " + version + ", and this version of nestmap-kafka reads " + VERSION
                            + ": update the consumer first, then the shippers");
        }
        try {
            return readFields(from);
        } catch (BufferUnderflowException e) {
            throw new UnreadablePartException("it is damaged: it ends before its first entry", e);
        } catch (DateTimeException | ArithmeticException e) {
            throw new UnreadablePartException(
                    "it is damaged: the time at which its map was taken out is out of range", e);
        }
    }

    private static PartHeader readFields(ByteBuffer from) {
        byte order = from.get();
        if (order != byteOrder()) {
            throw new UnreadablePartException("its entries are " + nameOf(order) + ", and this machine is "
                    + nameOf(byteOrder()) + ": consume them on a machine with the same byte order");
        }
        boolean full = (from.get() & FULL) != 0;
        String layout = text(from);
        PartPosition position = new PartPosition(text(from), uuid(from), from.getLong());
        String machine = text(from);
        UUID boot = uuid(from);
        int mapId = from.getInt();
        Instant takenOut = Instant.ofEpochSecond(from.getLong(), from.getInt());
        String outerMap = text(from);
        ByteString outerKey = ByteString.of(bytes(from));
        MapIdentity map = new MapIdentity(machine, boot, mapId, takenOut, outerMap, outerKey);
        PartHeader header = new PartHeader(
                layout,
                map,
                position,
                from.getInt(),
                from.getInt(),
                full,
                from.getLong(),
                from.getInt(),
                from.getInt(),
                from.getInt());
        requireValid(layout, map, position, header.part, header.parts, header.lostInserts);
        header.requireEntries(from.remaining());
        return header;
    }

    /** Throws if a field is out of range. So nobody who reads a part trusts, prints or reserves memory for what no shipper has written. */
    static void requireValid(
            String layout, MapIdentity map, PartPosition position, int part, int parts, long lostInserts) {
        String problem = problem(layout, map, position, part, parts, lostInserts);
        if (problem != null) {
            throw new UnreadablePartException("it is damaged: " + problem);
        }
    }

    private static @Nullable String problem(
            String layout, MapIdentity map, PartPosition position, int part, int parts, long lostInserts) {
        if (position.number() < 1 || part < 1 || part > parts || lostInserts < Part.UNKNOWN) {
            return "it says that it is part " + part + " of " + parts + ", number " + position.number()
                    + " of its shipper, and that " + lostInserts + " inserts failed";
        }
        if (map.takenOut().isBefore(Instant.EPOCH) || map.takenOut().isAfter(LAST_TIME)) {
            return "the time at which its map was taken out is out of range";
        }
        return Stream.of(layout, position.shipper(), map.machine(), map.outerMap())
                        .allMatch(PartHeader::isName)
                ? null
                : "its layout, or the name of its shipper, machine or outer map, has more than 500 characters, white space or"
                        + " control characters";
    }

    /** Returns whether a text may be a name of a shipper, machine or outer map. */
    static boolean isName(String text) {
        return NAME.matcher(text).matches();
    }

    private void requireEntries(int bytesOfEntries) {
        if (keySize < 1
                || valueSize < 1
                || entries < 1
                || (long) entries * ((long) keySize + valueSize) != bytesOfEntries) {
            throw new UnreadablePartException("it is damaged: it should have " + entries + " entries with keys of "
                    + keySize + " and values of " + valueSize + " bytes, and has " + bytesOfEntries + " bytes");
        }
    }

    private static void put(ByteBuffer to, UUID uuid) {
        to.putLong(uuid.getMostSignificantBits()).putLong(uuid.getLeastSignificantBits());
    }

    private static UUID uuid(ByteBuffer from) {
        return new UUID(from.getLong(), from.getLong());
    }

    private static void put(ByteBuffer to, byte[] bytes) {
        to.putShort((short) bytes.length).put(bytes);
    }

    private static byte[] bytes(ByteBuffer from) {
        return get(from, new byte[Short.toUnsignedInt(from.getShort())]);
    }

    private static byte[] get(ByteBuffer from, byte[] bytes) {
        from.get(bytes);
        return bytes;
    }

    private static String text(ByteBuffer from) {
        return new String(bytes(from), StandardCharsets.UTF_8);
    }

    private static byte byteOrder() {
        return (byte) (ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN ? 0 : 1);
    }

    private static String nameOf(byte order) {
        return order == 0 ? "little-endian" : "big-endian";
    }
}
