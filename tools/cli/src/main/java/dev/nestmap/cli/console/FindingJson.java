/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli.console;

import dev.nestmap.lint.Finding;

/** The members of a finding in JSON, which are the same for all commands. */
public final class FindingJson {
    private FindingJson() {}

    /** Writes the members of a finding into the object that the writer has begun. */
    public static JsonWriter write(JsonWriter json, Finding finding) {
        json.name("id").value(finding.id());
        json.name("severity").value(finding.severity().name());
        json.name("place").value(finding.place());
        json.name("what").value(finding.what());
        return json.name("remedy").value(finding.remedy().isEmpty() ? null : finding.remedy());
    }
}
