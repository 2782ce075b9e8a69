/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.types;

import static dev.nestmap.runtime.testing.BpfExceptionAssert.assertThrown;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.tests.toolchain.BpfObjects;
import dev.nestmap.tests.types.UnionTypes.Address;
import dev.nestmap.tests.types.UnionTypes.ByWord;
import dev.nestmap.tests.types.UnionTypes.Detail;
import dev.nestmap.tests.types.UnionTypes.Event;
import dev.nestmap.tests.types.UnionTypes.Kind;
import dev.nestmap.tests.types.UnionTypes.Pair;
import dev.nestmap.tests.types.UnionTypes.Word;
import dev.nestmap.tests.types.UnionTypesBpf.AddressUnion;
import dev.nestmap.tests.types.UnionTypesBpf.DetailUnion;
import dev.nestmap.tests.types.UnionTypesBpf.WordUnion;
import dev.nestmap.types.ByteString;
import dev.nestmap.types.Untagged;
import java.net.Inet6Address;
import java.net.UnknownHostException;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Java writes and reads unions as C sees them. */
class UnionTypesTest {
    private static final byte INET6 = 10;

    @Test
    void aUnionIsItsBytes() {
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

    /** The key has padding, so the helper copies it, with all bytes of its unions. */
    @KernelTest
    @Test
    void readsTheMemberThatAProgramHasWritten() throws UnknownHostException {
        try (UnionTypesBpf types = UnionTypesBpf.load(BpfObjects.of("union_types"))) {
            UnionTypesBpf.EventMap events = types.group().getOrCreate(7);
            Pair pair = new Pair(INET6, v6(1), v6(2), 443);
            Detail open = new Detail.Open(1, 2, WordUnion.of(new Word.Octet(3)));
            events.put(new Event(
                    pair,
                    DetailUnion.of(open),
                    Kind.OPEN,
                    WordUnion.of(new Word.Halves(1, 2)),
                    WordUnion.arrayOf(new Word.Octet(3), new Word.Whole(4))));
            assertThat(Objects.requireNonNull(events.get(pair)).selected()).isEqualTo(open);

            assertThat(types.program("move").testRun(new byte[64]).returnValue())
                    .isEqualTo(2);

            Event moved = Objects.requireNonNull(events.get(pair));
            assertThat(moved.selected()).isEqualTo(new Detail.Moved(ByteString.ofHex("010203")));
            assertThat(moved.word().as(Word.Halves.class)).isEqualTo(new Word.Halves(1, 2));
            assertThat(moved.words()[1].as(Word.Whole.class)).isEqualTo(new Word.Whole(4));
        }
    }

    private static Untagged<Address> v6(int last) throws UnknownHostException {
        byte[] bytes = new byte[16];
        bytes[0] = 0x20;
        bytes[1] = 1;
        bytes[15] = (byte) last;
        return AddressUnion.of(new Address.V6(Inet6Address.getByAddress(null, bytes, -1)));
    }
}
