/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli.pins;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The option for the name of the machine in identities. */
@Command
final class MachineOption {
    @Option(
            names = "--machine",
            paramLabel = "NAME",
            description = "The name of this machine in identities. Must be the name that the service uses:"
                    + " PinOptions.withMachine, or the property nestmap.machine. Default: the content of /etc/machine-id, as for"
                    + " services that name none.")
    private @Nullable String machine;

    /** Null for the id of the machine. */
    @Nullable
    String name() {
        return machine;
    }
}
