/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.shapes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.ArrayView;
import dev.nestmap.tests.shapes.UnwindNodes.Cfa;
import dev.nestmap.tests.shapes.UnwindNodes.Content;
import dev.nestmap.tests.shapes.UnwindNodes.Kind;
import dev.nestmap.tests.shapes.UnwindNodes.Page;
import dev.nestmap.tests.shapes.UnwindNodes.Ra;
import dev.nestmap.tests.shapes.UnwindNodes.Rule;
import dev.nestmap.tests.shapes.UnwindNodes.Unwind;
import dev.nestmap.tests.shapes.UnwindRows.Entry;
import dev.nestmap.tests.shapes.UnwindRows.Row;
import dev.nestmap.tests.shapes.UnwindTables.Delta;
import dev.nestmap.tests.shapes.UnwindTables.StackDelta;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;

/** What profilers exchange with their programs. */
final class ProfilerExchanges {
    private ProfilerExchanges() {}

    static void tables(Path object) {
        try (UnwindTablesBpf bpf = UnwindTablesBpf.load(object)) {
            bpf.exeIdTo8StackDeltas().create(-1).put(new Delta(255, new StackDelta(65535, 8)));
            bpf.exeIdTo9StackDeltas().create(-1).put(new Delta(511, new StackDelta(65535, 9)));
            bpf.exeIdTo16StackDeltas().create(-1).put(new Delta(65535, new StackDelta(65535, 16)));

            Shape.run(bpf);

            assertThat(bpf.exeIdTo8StackDeltas().get(-1, 255)).isEqualTo(new Delta(255, new StackDelta(65535, 9)));
            assertThat(bpf.exeIdTo9StackDeltas().get(-1, 511)).isEqualTo(new Delta(511, new StackDelta(65535, 10)));
            assertThat(bpf.exeIdTo16StackDeltas().get(-1, 65535))
                    .isEqualTo(new Delta(65535, new StackDelta(65535, 17)));
        }
    }

    static void nodes(Path object) {
        try (UnwindNodesBpf bpf = UnwindNodesBpf.load(object)) {
            UnwindNodesBpf.PageMap pages = bpf.parts().create(15);
            int[] pcs = new int[256];
            pcs[255] = (int) 4_000_000_000L;
            Unwind[] rules = new Unwind[256];
            Arrays.fill(rules, unwind(Rule.CFA, 1, 2));
            rules[255] = unwind(Rule.UNDEFINED, -2_000_000_000, -8);
            Page leaf = new Page(16383, 1, 0, 2, 3, 4, Kind.LEAF, new Content.Leaf(256, pcs, new int[256], rules));
            int[] children = new int[1024];
            children[1023] = 7;
            Page node = new Page(0, 1, 0, 2, -1, 4, Kind.NODE, new Content.Node(children));
            pages.put(leaf);
            pages.put(node);

            Shape.run(bpf);

            rules[1] = unwind(Rule.CFA, -3, 2);
            children[1] = -1;
            assertThat(pages.get(16383)).usingRecursiveComparison().isEqualTo(leaf);
            assertThat(pages.get(0)).usingRecursiveComparison().isEqualTo(node);
        }
    }

    static void rows(Path object) {
        try (UnwindRowsBpf bpf = UnwindRowsBpf.load(object)) {
            bpf.executables().create(-1, 1000);
            UnwindRowsBpf.EntryMap rows =
                    Objects.requireNonNull(bpf.executables().get(-1));
            try (ArrayView.Writable<Long, Entry> mapped = rows.writableView()) {
                mapped.put(new Entry(999, new Row(65535, 200, 1, 2, Short.MIN_VALUE)));

                Shape.run(bpf);

                assertThat(mapped.get(999L)).isEqualTo(new Entry(999, new Row(65535, 200, 1, 65535, Short.MIN_VALUE)));
            }
        }
    }

    private static Unwind unwind(Rule rule, int offset, int ra) {
        return new Unwind(new Cfa(rule, 6, offset), new Ra((byte) ra));
    }
}
