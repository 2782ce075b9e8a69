/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nestmap.schema.ProgramDef;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.text.SchemaText;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Schemas have the text of their programs, and compare them with an object. */
class ProgramsTest {
    private static final ProgramDef COUNT = new ProgramDef("count", "xdp");

    @Test
    void theTextHasALineForEachProgram() {
        Schema schema = programs(
                COUNT,
                new ProgramDef("pid", "kprobe/do \"x\""),
                new ProgramDef("any", ""),
                new ProgramDef("custom", "from-container", "tcx/ingress"));
        String text = SchemaText.print(schema);

        assertThat(text).endsWith("""

                program count: xdp

                program pid: "kprobe/do \\"x\\""

                program any

                program custom: from-container
                  load_as: "tcx/ingress"
                """);
        assertThat(SchemaText.parse(text)).isEqualTo(schema);
        assertThatThrownBy(() -> SchemaText.parse(text.replace("program any", "program count")))
                .hasMessage("line 9 of the schema text: the text declares program count twice");
    }

    @ParameterizedTest
    @CsvSource({
        "xdp, xdp, true",
        "xdp, ?xdp, true",
        "?xdp, xdp, true",
        "'', anything/at-all, true",
        "kprobe, kprobe/do_unlinkat, true",
        "kprobe/do_unlinkat, kprobe/do_unlinkat, true",
        "from-container, from-container, true",
        "xdp, tc, false",
        "xdp, xdp.frags, false",
        "xdp, xdp/devmap, false",
        "tc, tc/ingress, false",
        "kprobe/f, kprobe/g, false",
        "kprobe/f, kprobe, false",
        "kprobe, kprobe.multi/f, false",
        "from, from/x, false"
    })
    void acceptsTheSectionOfTheDeclaration(String declared, String actual, boolean isAccepted) {
        String difference =
                "program p: SEC(\"" + declared + "\") in @BpfProgram, SEC(\"" + actual + "\") in the object";
        assertThat(differences(programs(new ProgramDef("p", declared)), programs(new ProgramDef("p", actual))))
                .isEqualTo(isAccepted ? List.of() : List.of(difference));
    }

    @Test
    void aMissingProgramNamesTheOneThatWasProbablyMeant() {
        String missing = "program count: declared by @BpfProgram, missing in the object";

        assertThat(differences(
                        programs(COUNT), programs(new ProgramDef("cuont", "xdp"), new ProgramDef("drop", "xdp"))))
                .containsExactly(missing + ": did you mean cuont?");
        assertThat(differences(programs(COUNT), programs(new ProgramDef("count_packets", "xdp"))))
                .containsExactly(missing + ": did you mean count_packets?");
        assertThat(differences(programs(COUNT), programs(new ProgramDef("drop", "xdp"), new ProgramDef("a", "tc"))))
                .containsExactly(missing + ", which has a, drop; a function without SEC(...) is not a program");
        assertThat(differences(programs(COUNT), programs()))
                .containsExactly(missing + ", which has no programs; a function without SEC(...) is not a program");
    }

    @Test
    void anObjectMayHaveMorePrograms() {
        assertThat(differences(programs(), programs(COUNT))).isEmpty();
    }

    @Test
    void anotherTypeAtLoadIsNoDifference() {
        assertThat(differences(
                        programs(new ProgramDef("custom", "from-container", "tcx/ingress")),
                        programs(new ProgramDef("custom", "from-container"))))
                .isEmpty();
    }

    private static Schema programs(ProgramDef... programs) {
        return new Schema("com.acme.Flows", "flows", List.of(), List.of(), List.of()).withPrograms(List.of(programs));
    }

    private static List<String> differences(Schema declared, Schema actual) {
        return SchemaComparison.compare(declared, actual).stream()
                .map(Difference::message)
                .toList();
    }
}
