/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.types;

import static dev.nestmap.runtime.testing.BpfExceptionAssert.assertThrown;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.tests.toolchain.BpfObjects;
import dev.nestmap.tests.toolchain.CodecBytes;
import dev.nestmap.tests.types.UnionTypes.Address;
import dev.nestmap.tests.types.UnionTypes.ByWord;
import dev.nestmap.tests.types.UnionTypes.CountText;
import dev.nestmap.tests.types.UnionTypes.Detail;
import dev.nestmap.tests.types.UnionTypes.Event;
import dev.nestmap.tests.types.UnionTypes.Kind;
import dev.nestmap.tests.types.UnionTypes.Latest;
import dev.nestmap.tests.types.UnionTypes.Pair;
import dev.nestmap.tests.types.UnionTypes.Step;
import dev.nestmap.tests.types.UnionTypes.Word;
import dev.nestmap.tests.types.UnionTypesBpf.WordUnion;
import dev.nestmap.types.Untagged;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Java writes and reads unions as C sees them. */
class UnionTypesTest {
    private static final byte INET = 2;
    private static final byte INET6 = 10;

    @TempDir
    Path directory;

    @Test
    void aUnionWithoutADiscriminatorIsItsBytes() {
        Untagged<Word> halves = WordUnion.of(new Word.Halves(0xffff_ffffL, 1));

        assertThat(halves.as(Word.Halves.class)).isEqualTo(new Word.Halves(0xffff_ffffL, 1));
        assertThat(WordUnion.of(halves.as(Word.Whole.class))).isEqualTo(halves).hasSameHashCodeAs(halves);
        assertThat(halves).isNotEqualTo(WordUnion.of(new Word.Halves(0xffff_ffffL, 2)));
        assertThat(WordUnion.of(new Word.Octet(1)))
                .hasToString("Word[" + WordUnion.of(new Word.Octet(1)).bytes() + "]");
        assertThrown(IllegalArgumentException.class, () -> halves.as(Word.class))
                .hasMessage("Word is not a member of union Word");
    }

    @Test
    void aNewArrayEntryIsTheMemberWithoutComponents() {
        try (UnionTypesBpf types = UnionTypesBpf.inMemory()) {
            checkMemberWithoutComponents(types);
        }
    }

    @KernelTest
    @Test
    void aNewArrayEntryIsTheMemberWithoutComponentsInTheKernel() {
        try (UnionTypesBpf types = UnionTypesBpf.load(BpfObjects.of("union_types"))) {
            checkMemberWithoutComponents(types);
        }
    }

    private static void checkMemberWithoutComponents(UnionTypesBpf types) {
        types.latest().put(new Latest(1, Kind.TIMED_OUT, new Detail.TimedOut(new int[] {1, 2, 3, 4, 5})));
        assertThat(entries(types)).containsExactly("0 None", "1 TimedOut", "2 None");

        types.latest().put(new Latest(1, Kind.NONE, new Detail.None()));

        assertThat(entries(types)).containsExactly("0 None", "1 None", "2 None");
        types.latest()
                .forEachBytes((key, value) -> assertThat(value)
                        .as("bytes, also of the former member")
                        .isEqualTo(ByteBuffer.allocate(value.remaining())));
    }

    private static List<String> entries(UnionTypesBpf types) {
        List<String> entries = new ArrayList<>();
        types.latest()
                .forEach(latest -> entries.add(
                        latest.cpu() + " " + latest.detail().getClass().getSimpleName()));
        return entries;
    }

    @Test
    void unionKeysCompareByTheirBytes() {
        try (UnionTypesBpf types = UnionTypesBpf.inMemory()) {
            Untagged<Word> low = WordUnion.of(new Word.Octet(9));
            Untagged<Payload>[][] shared = words();
            types.byWord().put(new ByWord(low, shared));

            ByWord read = types.byWord().get(WordUnion.of(low.as(Word.Whole.class)));

            assertThat(read).isNotNull();
            assertThat(read.word()).isEqualTo(low);
            assertThat(read.shared()).isDeepEqualTo(shared);
            assertThat(types.byWord().get(WordUnion.of(new Word.Octet(8)))).isNull();
        }
    }

    private static Untagged<Payload>[][] words() {
        @SuppressWarnings({"unchecked", "rawtypes"}) // Java has no expression for such an array
        Untagged<Payload>[][] words =
                new Untagged[][] {PayloadUnion.arrayOf(new Payload.One(1)), PayloadUnion.arrayOf(new Payload.Two(2, 3))
                };
        return words;
    }

    @Test
    void rejectsAMemberThatDoesNotMatchTheDiscriminator() throws UnknownHostException {
        Address v4 = v4(1);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CodecBytes.ofKey(UnionTypesBpf.EventMap.CODEC, new Pair(INET6, v4, v4, 1)))
                .withMessage("Pair.source is a V4, but family 10 selects V6");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CodecBytes.ofValue(
                        UnionTypesBpf.EventMap.CODEC,
                        event(
                                new Pair(INET, v4, v4, 1),
                                Kind.OTHER,
                                open(),
                                new Step(new CountText.Narrow(1), false, 1))))
                .withMessage("Event.detail is a Open, but kind 9 selects no member");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CodecBytes.ofValue(
                        UnionTypesBpf.EventMap.CODEC,
                        event(new Pair(INET, v4, v4, 1), Kind.OPEN, open(), new Step(new CountText.Wide(1), false, 1))))
                .withMessageEndingWith("Step.amount is a Wide, but wide 0 selects Narrow");
    }

    @KernelTest
    @Test
    void readRejectsADiscriminatorWithoutAMember() throws UnknownHostException {
        try (UnionTypesBpf types = UnionTypesBpf.load(BpfObjects.of("union_types"))) {
            UnionTypesBpf.EventMap events = types.group().getOrCreate(7);
            Pair pair = new Pair(INET6, v6(1), v6(2), 443);
            events.put(event(pair, Kind.OPEN, open(), new Step(new CountText.Narrow(1), false, 1)));

            assertThat(types.program("spoil").testRun(new byte[64]).returnValue())
                    .isEqualTo(2);

            assertThatThrownBy(() -> events.get(pair))
                    .isInstanceOf(BpfException.class)
                    .hasMessageContainingAll(
                            "event", pair.toString(), "bytes ", "Event.kind is 9, which selects no member");
        }
    }

    private static Event event(Pair pair, Kind kind, Detail detail, Step step) {
        return new Event(
                pair,
                detail,
                kind,
                WordUnion.of(new Word.Halves(1, 2)),
                WordUnion.arrayOf(new Word.Octet(3), new Word.Whole(4)),
                new Step[] {step, new Step(new CountText.Wide(5), true, 6)});
    }

    private static Detail open() {
        return new Detail.Open(1, 2, WordUnion.of(new Word.Octet(3)));
    }

    private static Address v4(int last) throws UnknownHostException {
        return new Address.V4((Inet4Address) InetAddress.getByAddress(new byte[] {(byte) 192, 0, 2, (byte) last}));
    }

    private static Address v6(int last) throws UnknownHostException {
        byte[] bytes = new byte[16];
        bytes[0] = 0x20;
        bytes[1] = 1;
        bytes[15] = (byte) last;
        return new Address.V6(Inet6Address.getByAddress(null, bytes, -1));
    }
}
