/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli.pins;

import dev.nestmap.runtime.pin.PinOptions;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The option for the name of the machine in identities. */
@Command
final class MachineOption {
    @Spec(Spec.Target.MIXEE)
    private CommandSpec command = CommandSpec.create();

    private @Nullable String machine;

    @Option(
            names = "--machine",
            paramLabel = "NAME",
            description =
                    "The name of this machine in identities. If the service sets PinOptions.withMachine or the property nestmap.machine, pass"
                            + " the same name. Default: the content of /etc/machine-id.")
    void setName(String name) {
        try {
            machine = PinOptions.defaults().withMachine(name).machine();
        } catch (IllegalArgumentException e) {
            throw new ParameterException(command.commandLine(), "--machine: " + e.getMessage());
        }
    }

    /** Null for the id of the machine. */
    @Nullable
    String name() {
        return machine;
    }
}
