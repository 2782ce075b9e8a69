/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.kafka;

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
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;
import java.util.zip.CheckedOutputStream;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;

/**
 * A file of a {@link Spool}: the messages of some maps, which are sent in one transaction.
 *
 * @param segment with {@code number} the name of the file
 * @param shipper the transactional id
 * @param boot the boot of the machine during which the ids of the maps are unique
 * @param maps number of maps
 * @param firstTakenOut when the first of them was taken out
 * @param size its bytes
 * @param checksum differs from the checksum of another file with the same name
 */
record SpoolFile(
        Path path,
        UUID segment,
        int number,
        String shipper,
        UUID boot,
        int maps,
        Instant firstTakenOut,
        long size,
        int checksum) {
    private static final int MAGIC = 0x4e4d5331; // "NMS1"
    private static final Pattern NAME = Pattern.compile("([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})-([0-9]{9})");
    private static final int BUFFER = 1 << 16;

    /** The rights of each file of a spool: only its shipper's user may read the counts. */
    static final FileAttribute<?> OWN =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    /** A map and its messages. */
    record Content(UnshippedMap map, PartWriter.Messages messages) {
        /** Returns the size of the messages in bytes. */
        long bytes() {
            return messages.list().stream().mapToLong(message -> message.length).sum();
        }
    }

    /** A file that has other bytes than a shipper wrote. */
    static final class DamagedException extends IOException {
        private static final long serialVersionUID = 1L;

        DamagedException(Path path, String problem) {
            super(path + " is damaged: " + problem);
        }
    }

    static boolean isName(Path path) {
        return NAME.matcher(String.valueOf(path.getFileName())).matches();
    }

    static String name(UUID segment, int number) {
        return String.format(Locale.ROOT, "%s-%09d", segment, number);
    }

    /** The key of the marker that names the last committed file of its segment. */
    MarkerKey markerKey() {
        return new MarkerKey(shipper, segment, 0); // no map of the kernel has the id 0
    }

    /** Returns the entry of the marker: its id is the number of this file, and its time is the checksum. */
    CommitMarker.Entry markerEntry() {
        return new CommitMarker.Entry(number, Instant.ofEpochSecond(Integer.toUnsignedLong(checksum)));
    }

    /** Writes a file. Returns when its bytes are on the disk; its name may not be. */
    static void write(Path path, String shipper, byte[] layoutText, List<Content> contents) throws IOException {
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
            put(to, shipper.getBytes(StandardCharsets.UTF_8));
            UUID boot = contents.get(0).map().identity().bootId();
            to.writeLong(boot.getMostSignificantBits());
            to.writeLong(boot.getLeastSignificantBits());
            to.writeInt(contents.size());
            for (Content content : contents) {
                CommitMarker.Entry entry = CommitMarker.Entry.of(content.map().identity());
                to.writeInt(entry.id());
                Instant takenOut = entry.takenOut();
                to.writeLong(takenOut.getEpochSecond());
                to.writeInt(takenOut.getNano());
            }
            put(to, layoutText);
            for (Content content : contents) {
                writeMessages(to, content);
            }
            to.flush();
            to.writeLong(sum.getValue());
            to.flush();
            channel.force(true);
        }
    }

    private static void writeMessages(DataOutputStream to, Content content) throws IOException {
        PartWriter.Messages messages = content.messages();
        to.writeLong(messages.entries());
        to.writeBoolean(content.map().isExact(messages.entries()));
        List<Header> labels = PartHeader.labels(content.map());
        to.writeInt(labels.size());
        for (Header label : labels) {
            put(to, label.key().getBytes(StandardCharsets.UTF_8));
            put(to, label.value());
        }
        to.writeInt(messages.list().size());
        for (byte[] message : messages.list()) {
            put(to, message);
        }
    }

    private static void put(DataOutputStream to, byte[] bytes) throws IOException {
        to.writeInt(bytes.length);
        to.write(bytes);
    }

    /** Opens a file and reads which maps it has. */
    static SpoolFile open(Path path) throws IOException {
        Matcher name = NAME.matcher(String.valueOf(path.getFileName()));
        if (!name.matches()) {
            throw new DamagedException(path, "it has another name");
        }
        long size = Files.size(path);
        return read(path, size, from -> {
            if (from.data.readInt() != MAGIC) {
                throw new DamagedException(path, "it does not begin with NMS1");
            }
            String shipper = new String(from.bytes(), StandardCharsets.UTF_8);
            UUID boot = new UUID(from.data.readLong(), from.data.readLong());
            return new SpoolFile(
                    path,
                    UUID.fromString(name.group(1)),
                    Integer.parseInt(name.group(2)),
                    shipper,
                    boot,
                    from.mapCount(),
                    from.map().takenOut(),
                    size,
                    checksum(path, size));
        });
    }

    /** Reads the last bytes. */
    private static int checksum(Path path, long size) throws IOException {
        try (DataInputStream from = new DataInputStream(Files.newInputStream(path))) {
            from.skipNBytes(size - Integer.BYTES);
            return from.readInt();
        }
    }

    /** Reads which maps the file has. */
    List<CommitMarker.Entry> readMaps() throws IOException {
        return read(path, size, Input::maps);
    }

    /**
     * Reads the messages. Fails before the first one if the file does not have the bytes that were written.
     *
     * @param isSkipped whether to leave out the messages of a map
     * @param after the position of the previous message
     * @param receiver receives each message, with its headers
     */
    TransactionalProducer.Sent readMessages(
            Predicate<CommitMarker.Entry> isSkipped, PartPosition after, BiConsumer<byte[], List<Header>> receiver)
            throws IOException {
        requireUndamaged();
        return read(path, size, from -> {
            List<CommitMarker.Entry> all = from.maps();
            Header layoutText = new RecordHeader(PartHeader.LAYOUT_TEXT, from.bytes());
            PartPosition position = after;
            long entries = 0;
            long bytes = 0;
            long inexactMaps = 0;
            for (CommitMarker.Entry map : all) {
                boolean isSent = !isSkipped.test(map);
                long entriesOfMap = from.data.readLong();
                boolean isExact = from.data.readBoolean();
                entries += isSent ? entriesOfMap : 0;
                inexactMaps += isSent && !isExact ? 1 : 0;
                List<Header> headers = new ArrayList<>(List.of(layoutText));
                for (int left = from.data.readInt(); left > 0; left--) {
                    headers.add(new RecordHeader(new String(from.bytes(), StandardCharsets.UTF_8), from.bytes()));
                }
                for (int left = from.data.readInt(); left > 0; left--) {
                    byte[] message = from.bytes();
                    if (isSent) {
                        position = position.next();
                        byte[] moved = moved(message, position);
                        receiver.accept(moved, headers);
                        bytes += moved.length;
                    }
                }
            }
            return new TransactionalProducer.Sent(position.number() - after.number(), entries, bytes, inexactMaps);
        });
    }

    private byte[] moved(byte[] message, PartPosition position) throws DamagedException {
        try {
            return PartWriter.moved(message, position);
        } catch (RuntimeException e) { // of a buffer or a string that ends
            throw new DamagedException(path, "it has a message that no shipper has written");
        }
    }

    /** Throws if the file does not have the bytes that were written. */
    void requireUndamaged() throws IOException {
        CRC32C sum = new CRC32C();
        boolean isRight = read(path, size, from -> {
            byte[] piece = new byte[BUFFER];
            for (long left = size - Long.BYTES; left > 0; left -= piece.length) {
                int length = (int) Math.min(piece.length, left);
                from.data.readFully(piece, 0, length);
                sum.update(piece, 0, length);
            }
            return from.data.readLong() == sum.getValue();
        });
        if (!isRight) {
            throw new DamagedException(path, "its checksum is wrong");
        }
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
            int length = data.readInt();
            if (length < 0 || length > size) {
                throw new DamagedException(path, "it has a length of " + length);
            }
            byte[] bytes = new byte[length];
            data.readFully(bytes);
            return bytes;
        }

        int mapCount() throws IOException {
            int count = data.readInt();
            if (count < 1 || count > size / CommitMarker.Entry.SIZE) {
                throw new DamagedException(path, "it has " + count + " maps");
            }
            return count;
        }

        /** Reads everything up to the maps, and these. */
        List<CommitMarker.Entry> maps() throws IOException {
            data.readInt();
            bytes();
            data.readLong();
            data.readLong();
            List<CommitMarker.Entry> all = new ArrayList<>();
            for (int left = mapCount(); left > 0; left--) {
                all.add(map());
            }
            return all;
        }

        CommitMarker.Entry map() throws IOException {
            return new CommitMarker.Entry(data.readInt(), Instant.ofEpochSecond(data.readLong(), data.readInt()));
        }
    }
}
