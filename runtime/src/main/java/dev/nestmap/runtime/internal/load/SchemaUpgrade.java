/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.load;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Reason;
import dev.nestmap.runtime.internal.errno.ErrorTable;
import dev.nestmap.runtime.pin.PlannedUpgrade;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.plan.MapPlan;
import dev.nestmap.schema.plan.UpgradePlan;
import dev.nestmap.schema.text.SchemaFormatException;
import dev.nestmap.schema.text.SchemaText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/** The plan of an upgrade between two schema texts. */
record SchemaUpgrade(UpgradePlan plan, boolean isBack) implements PlannedUpgrade {
    /** Plans the upgrade from a schema text. */
    static SchemaUpgrade of(Path file, Schema records) {
        Schema before;
        try {
            before = SchemaText.parse(Files.readString(file));
        } catch (IOException | SchemaFormatException e) {
            throw BpfException.of(Reason.WRONG_USE, "plan of an upgrade")
                    .cause(e)
                    .because("the schema text " + file.toAbsolutePath() + " can't be read: " + e
                            + ". The goal compare of the build plugins writes one to src/main/bpf");
        }
        if (!records.isOfSameObject(before)) {
            throw BpfException.of(Reason.WRONG_USE, "plan of an upgrade")
                    .because(ErrorTable.message(
                            "TEXT_OF_OTHER_OBJECT", file.toAbsolutePath(), before.header(), records.header()));
        }
        return new SchemaUpgrade(UpgradePlan.of(before, records), false);
    }

    @Override
    public List<String> waiting() {
        return plan.waiting().stream().map(SchemaUpgrade::text).toList();
    }

    @Override
    public void requireNothingWaits() {
        if (!waiting().isEmpty()) {
            throw BpfException.of(
                            Reason.MISMATCH,
                            isBack
                                    ? "way back to the version of the text"
                                    : "upgrade from the version of the text to these records")
                    .because("these maps would wait:\n  " + String.join("\n  ", waiting())
                            + "\nIf that is intended, let the goal compare write the text of these records: mvn compile nestmap:compare"
                            + " -Dnestmap.update, or gradle compareBpf -Pnestmap.update");
        }
    }

    @Override
    public PlannedUpgrade back() {
        return new SchemaUpgrade(plan.back(), !isBack);
    }

    private static String text(MapPlan map) {
        return map.summary() + map.changes().stream().map("\n    "::concat).collect(Collectors.joining());
    }

    @Override
    public String toString() {
        return plan.maps().stream().map(SchemaUpgrade::text).collect(Collectors.joining("\n"));
    }
}
