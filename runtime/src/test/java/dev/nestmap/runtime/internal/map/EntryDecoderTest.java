/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.map;

import static dev.nestmap.runtime.testing.BpfExceptionAssert.assertBpfException;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.codec.Codec;
import dev.nestmap.runtime.codec.EntryCodec;
import dev.nestmap.runtime.codec.Scalars;
import dev.nestmap.runtime.testing.LogRecords;
import dev.nestmap.schema.MapKind;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** An entry is decoded, or its map, key and bytes named. */
class EntryDecoderTest {
    private static final MapShape MAP = new MapShape("battery", MapKind.HASH, 2, 300, 16, 0);
    private static final Codec<Integer> KEY = Codec.of(
            2, (value, to, at) -> Scalars.putU16(to, at, value, "Battery.id"), (from, at) -> id(from.getShort(at)));

    private record Battery(int id, byte percent) {
        Battery {
            if (percent < 0 || percent > 100) {
                throw new IllegalArgumentException("percent is " + percent);
            }
        }
    }

    private static int id(short number) {
        if (number < 0) {
            throw Scalars.unknownConstant(Battery.class, number, "Battery.id");
        }
        return number;
    }

    private static final class Entries extends EntryCodec<Integer, Battery> {
        Entries() {
            super(4, 300, true);
        }

        @Override
        public void writeKey(Integer key, ByteBuffer to, int at) {
            KEY.write(key, to, at);
            to.putShort(at + 2, (short) 0); // as generated codecs do: the memory holds what was there before
        }

        @Override
        public Integer readKey(ByteBuffer from, int at) {
            return KEY.read(from, at);
        }

        @Override
        public Integer keyOf(Battery entry) {
            return entry.id();
        }

        @Override
        public void writeValue(Battery entry, ByteBuffer to, int at) {
            to.put(at, entry.percent());
        }

        @Override
        public Battery read(Integer key, ByteBuffer from, int at) {
            return new Battery(key, from.get(at));
        }
    }

    @Test
    void decodesAnEntry() {
        assertThat(EntryDecoder.key(MAP, KEY, bytes(7, 0), 0)).isEqualTo(7);
        assertThat(EntryDecoder.entry(MAP, new Entries(), 7, bytes(42), 0)).isEqualTo(new Battery(7, (byte) 42));
    }

    /** Of the four bytes of a key, the codec reads two. */
    @Test
    void reportsAKeyForWhichJavaWritesOtherBytes() {
        ByteBuffer keys = ByteBuffer.allocate(12).order(ByteOrder.nativeOrder());
        keys.putShort(4, (short) 7).putShort(8, (short) 7).put(11, (byte) 0xa5);
        try (LogRecords log = LogRecords.of("dev.nestmap.runtime")) {
            assertThat(EntryDecoder.key(MAP, new Entries(), keys, 4)).isEqualTo(7);
            assertThat(log.messages()).isEmpty();

            assertThat(EntryDecoder.key(MAP, new Entries(), keys, 8)).isEqualTo(7);
            assertThat(log.only())
                    .startsWith("map battery has an entry whose key 7 has the bytes " + hex(keys, 8) + " instead of "
                            + hex(keys, 4));
        }
    }

    private static String hex(ByteBuffer from, int at) {
        byte[] bytes = new byte[4];
        from.get(at, bytes);
        return HexFormat.of().formatHex(bytes);
    }

    @Test
    void namesMapKeyAndBytesOfAValue() {
        assertBpfException(
                        () -> EntryDecoder.entry(MAP, new Entries(), 7, bytes(0xff, 0xaa), 0),
                        "the value's bytes ffaa0000",
                        "00... (300 bytes) can't be decoded as the record declares them:"
                                + " java.lang.IllegalArgumentException: percent is -1")
                .isOf("read")
                .onMap("battery")
                .atKey(7)
                .hasCauseInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void namesMapAndBytesOfAKey() {
        assertBpfException(
                        () -> EntryDecoder.key(MAP, KEY, bytes(0xff, 0xff), 0),
                        "the key's bytes ffff ",
                        "read of Battery.id: the value is -1, which no constant of enum Battery has")
                .isOf("read")
                .onMap("battery");
    }

    /** An entry of an array, whose index and value throw for numbers without a constant. */
    private static final class Constants extends EntryCodec<Integer, String> {
        private final List<Integer> indices;
        private final boolean hasZero;

        Constants(List<Integer> indices, boolean hasZero) {
            super(4, 1);
            this.indices = indices;
            this.hasZero = hasZero;
        }

        @Override
        public void writeKey(Integer key, ByteBuffer to, int at) {
            to.putInt(at, key);
        }

        @Override
        public Integer readKey(ByteBuffer from, int at) {
            int index = from.getInt(at);
            if (!indices.contains(index)) {
                throw Scalars.unknownConstant(Battery.class, index, "Battery.place");
            }
            return index;
        }

        @Override
        public Integer keyOf(String entry) {
            return 0;
        }

        @Override
        public void writeValue(String entry, ByteBuffer to, int at) {
            to.put(at, (byte) 0);
        }

        @Override
        public String read(Integer key, ByteBuffer from, int at) {
            if (!hasZero) {
                throw Scalars.unknownConstant(Battery.class, from.get(at), "Battery.state");
            }
            return "";
        }
    }

    /** A read of all entries fails, though nobody has written zeros, nor a wrong number: an enum has fewer constants, or leaves out a number. */
    @ParameterizedTest
    @CsvSource({"true, 0 1, 2", "false, 0 1, 2", "true, 0 2 3, 1", "true, 1 2 3, 0"})
    void anIndexWithoutAConstantIsLogged(boolean isInner, String constants, int index) {
        List<Integer> indices =
                Stream.of(constants.split(" ", -1)).map(Integer::valueOf).toList();
        MapShape four = new MapShape("battery", MapKind.ARRAY, 4, 1, 4, 0);
        try (LogRecords log = LogRecords.of("dev.nestmap.runtime")) {
            EntryDecoder.checkZeros(four, new Constants(indices, true), isInner);
            assertThat(log.only())
                    .startsWith("map battery has 4 entries, and the record has no key for number " + index
                            + ": read of Battery.place: the value is " + index)
                    .contains("Declare a constant for each entry, or fewer entries")
                    .contains(isInner ? "a drain that reads all entries fails" : "a read of all entries fails")
                    .doesNotContain("zeros", "correct the program");
            EntryDecoder.checkZeros(four, new Constants(List.of(0, 1, 2, 3), true), isInner);
            assertThat(log.messages()).hasSize(1);
        }
    }

    /** A new array of records with an enum can be filled before it is read; a hash may never have the number. */
    @Test
    void zerosThatAreNoConstantAreLoggedForAnArray() {
        EntryCodec<Integer, String> codec =
                new Constants(IntStream.range(0, 16).boxed().toList(), false);
        try (LogRecords log = LogRecords.of("dev.nestmap.runtime")) {
            EntryDecoder.checkZeros(new MapShape("battery", MapKind.HASH, 4, 1, 16, 0), codec, true);
            assertThat(log.messages()).isEmpty();

            EntryDecoder.checkZeros(new MapShape("battery", MapKind.ARRAY, 4, 1, 16, 0), codec, true);
            assertThat(log.only())
                    .startsWith(
                            "map battery: a new array has zeros at each index: read of Battery.state: the value is 0,"
                                    + " which no constant of enum Battery has");
        }
    }

    private static ByteBuffer bytes(int... first) {
        ByteBuffer bytes = ByteBuffer.allocate(300).order(ByteOrder.LITTLE_ENDIAN);
        Arrays.stream(first).forEach(b -> bytes.put((byte) b));
        return bytes;
    }
}
