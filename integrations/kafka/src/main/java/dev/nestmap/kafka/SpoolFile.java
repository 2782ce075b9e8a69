/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.kafka;

import dev.nestmap.runtime.pin.MapIdentity;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.function.BiConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;
import java.util.zip.CheckedInputStream;
import java.util.zip.CheckedOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * A file of a {@link Spool}: the messages of some maps, which are sent in one transaction.
 *
 * @param name what its name says, even if its content is damaged
 * @param head its content up to the maps
 * @param size its bytes
 */
record SpoolFile(Path path, Name name, Head head, long size) {
    private static final int MAGIC = 0x4e4d5334; // "NMS4"
    private static final int DIGIT = 0xff;
    private static final int BUFFER = 1 << 16;

    /** The rights of each file of a spool: only its shipper's user may read the counts. */
    static final FileAttribute<?> OWN =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    /** A map: its id, and when it was taken out. */
    record Entry(int id, Instant takenOut) {
        static final int SIZE = Integer.BYTES + Long.BYTES + Integer.BYTES;

        static Entry of(MapIdentity map) {
            return new Entry(map.mapId(), map.takenOut());
        }
    }

    /**
     * The name of a file.
     *
     * @param sequence orders the files of a directory
     * @param series the series of its messages
     * @param first the number of the first message; if all are in Kafka, the number after the last one
     * @param messages how many messages are to be sent
     * @param maps how many maps it has
     */
    record Name(long sequence, UUID series, long first, int messages, int maps) {
        private static final Pattern TEXT =
                Pattern.compile("([0-9]{12})-(" + RowPosition.SERIES + ")-([0-9]{1,18})-([0-9]{1,9})-([0-9]{1,9})");

        static @Nullable Name of(Path path) {
            Matcher text = TEXT.matcher(String.valueOf(path.getFileName()));
            return text.matches()
                    ? new Name(
                            Long.parseLong(text.group(1)),
                            UUID.fromString(text.group(2)),
                            Long.parseLong(text.group(3)),
                            Integer.parseInt(text.group(4)),
                            Integer.parseInt(text.group(5)))
                    : null;
        }

        @Override
        public String toString() {
            return String.format(Locale.ROOT, "%012d-%s-%d-%d-%d", sequence, series, first, messages, maps);
        }

        /** Returns the name of this file when its messages are in Kafka. */
        Name sent() {
            return new Name(sequence, series, first + messages, 0, maps);
        }

        /** Returns the number of the last message, also if it is in Kafka. */
        long last() {
            return first + messages - 1;
        }
    }

    /**
     * The beginning of the content.
     *
     * @param shipper the transactional id
     * @param boot the boot of the machine during which the ids of maps are unique
     * @param isEnd whether the user had ended what counts
     * @param entries number of entries in the messages
     * @param bytes size of the messages
     * @param inexactMaps number of maps whose entries may lack counts
     */
    record Head(String shipper, UUID boot, boolean isEnd, long entries, long bytes, int inexactMaps) {}

    /** The bytes of a file are not those that a shipper wrote. */
    static final class DamagedException extends IOException {
        private static final long serialVersionUID = 1L;

        DamagedException(Path path, String problem) {
            super(path + " is damaged: " + problem);
        }
    }

    /**
     * Writes a file. Returns when its bytes are on the disk; its name may not be.
     *
     * @param others the ids of the maps that are in slots, or that wait
     */
    static void write(Path path, Head head, List<RowWriter.Rows> contents, Set<Integer> others) throws IOException {
        CRC32C sum = new CRC32C();
        try (FileChannel channel = FileChannel.open(
                        path,
                        Set.of(
                                StandardOpenOption.CREATE,
                                StandardOpenOption.TRUNCATE_EXISTING,
                                StandardOpenOption.WRITE),
                        OWN);
                DataOutputStream to = new DataOutputStream(new BufferedOutputStream(
                        new CheckedOutputStream(Channels.newOutputStream(channel), sum), BUFFER))) {
            to.writeInt(MAGIC);
            put(to, head.shipper.getBytes(StandardCharsets.UTF_8));
            to.writeLong(head.boot.getMostSignificantBits());
            to.writeLong(head.boot.getLeastSignificantBits());
            to.writeBoolean(head.isEnd);
            to.writeLong(head.entries);
            to.writeLong(head.bytes);
            to.writeInt(head.inexactMaps);
            List<Entry> entries = entries(contents);
            to.writeInt(entries.size());
            for (Entry entry : entries) {
                to.writeInt(entry.id());
                Instant takenOut = entry.takenOut();
                to.writeLong(takenOut.getEpochSecond());
                to.writeInt(takenOut.getNano());
            }
            to.writeInt(others.size());
            for (int id : others) {
                to.writeInt(id);
            }
            for (RowWriter.Rows content : contents) {
                put(to, content.common());
                put(to, content.rows());
            }
            to.flush();
            to.writeLong(sum.getValue());
            to.flush();
            channel.force(true);
        }
    }

    /** Returns the maps of which there are rows. */
    static List<Entry> entries(List<RowWriter.Rows> contents) {
        return contents.stream()
                .map(RowWriter.Rows::map)
                .filter(Objects::nonNull)
                .map(Entry::of)
                .toList();
    }

    private static void put(DataOutputStream to, byte[] bytes) throws IOException {
        to.writeInt(bytes.length);
        to.write(bytes);
    }

    /** Opens a file and reads its beginning. */
    static SpoolFile open(Path path, Name name) throws IOException {
        long size = Files.size(path);
        return read(path, size, from -> new SpoolFile(path, name, from.head(), size));
    }

    /**
     * Maps at the time when a file was written.
     *
     * @param written those that it has
     * @param others the ids of the others that were in slots or waited
     */
    record Maps(Set<Entry> written, Set<Integer> others) {}

    Maps readMaps() throws IOException {
        return read(path, size, from -> {
            from.head();
            return from.maps();
        });
    }

    /** Reads the messages: one for each row. */
    void readMessages(BiConsumer<RowPosition, byte[]> receiver) throws IOException {
        Long next = read(path, size, from -> {
            from.head();
            from.maps();
            long number = name.first;
            while (number <= name.last()) {
                byte[] common = from.bytes();
                byte[] rows = from.bytes();
                for (int begin = 0, end; begin < rows.length; begin = end + 1) {
                    end = begin;
                    while (end < rows.length && rows[end] != RowWriter.SEPARATOR) {
                        end++;
                    }
                    if (rows[begin] != '{') {
                        throw new DamagedException(path, "a row is no JSON object");
                    }
                    RowPosition position = new RowPosition(name.series, number++);
                    receiver.accept(position, RowWriter.message(position, common, rows, begin, end));
                }
            }
            return number;
        });
        if (next != name.last() + 1) {
            throw new DamagedException(
                    path, "it has " + (next - name.first) + " rows, and its name says " + name.messages);
        }
    }

    /** Returns what to say about a file of a format that this version does not read. It may have counts, so nobody may take it for damaged. */
    static ShippingException otherVersion(Path path) {
        return new ShippingException(path
                + " is a file of another version of nestmap-kafka, which this version can't send: drain the machine with that"
                + " version (https://nestmap.dev/fleet/operate), so that Kafka has all counts, and then move the files to"
                + " another directory. If somebody has put it there, move only this file away");
    }

    /** Throws if the file does not have the bytes that were written. */
    void requireUndamaged() throws IOException {
        if (!hasRightSum(path, size)) {
            throw new DamagedException(path, "its checksum is wrong");
        }
    }

    private static boolean hasRightSum(Path path, long size) throws IOException {
        return read(path, size, from -> {
            CheckedInputStream content = new CheckedInputStream(from.data, new CRC32C());
            content.skipNBytes(size - Long.BYTES);
            return from.data.readLong() == content.getChecksum().getValue();
        });
    }

    /** Reads something. */
    private interface Reading<T> {
        T from(Input input) throws IOException;
    }

    private static <T> T read(Path path, long size, Reading<T> reading) throws IOException {
        try (InputStream file = new BufferedInputStream(Files.newInputStream(path), BUFFER)) {
            return reading.from(new Input(path, size, new DataInputStream(file)));
        } catch (EOFException e) {
            throw new DamagedException(path, "it was cut off");
        } catch (DateTimeException | ArithmeticException e) {
            throw new DamagedException(path, "the time at which a map was taken out is out of range");
        }
    }

    /** A file that may have any content: nothing that it says reserves more memory than it has bytes. */
    private record Input(Path path, long size, DataInputStream data) {
        byte[] bytes() throws IOException {
            byte[] bytes = new byte[count("bytes", 1)];
            data.readFully(bytes);
            return bytes;
        }

        private int count(String what, int sizeOfEach) throws IOException {
            int count = data.readInt();
            if (count < 0 || count > size / sizeOfEach) {
                throw new DamagedException(path, "it says that it has " + count + " " + what);
            }
            return count;
        }

        Head head() throws IOException {
            int magic = data.readInt();
            if (magic != MAGIC && (magic & ~DIGIT) == (MAGIC & ~DIGIT) && hasRightSum(path, size)) {
                throw otherVersion(path);
            }
            if (magic != MAGIC) {
                throw new DamagedException(path, "it does not begin with NMS4");
            }
            return new Head(
                    new String(bytes(), StandardCharsets.UTF_8),
                    new UUID(data.readLong(), data.readLong()),
                    data.readBoolean(),
                    data.readLong(),
                    data.readLong(),
                    data.readInt());
        }

        Maps maps() throws IOException {
            Set<Entry> written = new HashSet<>();
            for (int left = count("maps", Entry.SIZE); left > 0; left--) {
                written.add(new Entry(data.readInt(), Instant.ofEpochSecond(data.readLong(), data.readInt())));
            }
            Set<Integer> others = new HashSet<>();
            for (int left = count("other maps", Integer.BYTES); left > 0; left--) {
                others.add(data.readInt());
            }
            return new Maps(written, others);
        }
    }
}
