/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.pin;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.types.ByteString;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * Identifies an inner map that was taken out of its slot, among the maps of all machines. Send it with the map's entries: a receiver that
 * remembers the identities counts the entries of each map once, even if they arrive twice.
 *
 * <p>If {@code OuterAccessor.recoverUndrained} returns a map, the map has the same identity as in the process that took it out. If it is
 * put into a slot and taken out again, it has another identity.
 *
 * <p>The kernel counts map ids up and begins again at 1 after 2^31-2 maps ({@code bpf_map_alloc_id} in {@code kernel/bpf/syscall.c} calls
 * {@code idr_alloc_cyclic}, Linux 4.13 to 6.18). So two maps can have the same id during one boot: after 24 days, if a process creates
 * 1,000 maps each second. Besides, rotations recycle closed maps. {@code takenOut} distinguishes such maps: it never repeats within a
 * process, even if the clock is set back.
 *
 * @param machine the machine: by default the content of {@code /etc/machine-id}
 * @param bootId the kernel's id of the current boot, {@code /proc/sys/kernel/random/boot_id}; for a map in memory, a random number of this
 *     process
 * @param mapId the kernel's id of the map when it was taken out; in memory, a number that is unique in this process
 * @param takenOut the time of the machine's clock when the map was taken out. Programs that were running then may have written to the map a
 *     few milliseconds longer
 * @param outerMap the name of the outer map in C
 * @param outerKey the key of the slot, as the bytes of its C type
 */
public record MapIdentity(
        String machine, UUID bootId, int mapId, Instant takenOut, String outerMap, ByteString outerKey) {
    private static final Path MACHINE_ID = Path.of("/etc/machine-id");

    /** {@code machine-id(5)}. */
    private static final Pattern VALID_MACHINE_ID = Pattern.compile("[0-9a-f]{32}");

    /**
     * Reads the id of this machine.
     *
     * @return the content of {@code /etc/machine-id}
     * @throws BpfException if the file is missing or has no id, as in many containers
     */
    public static String machineId() {
        String id;
        try {
            id = Files.readString(MACHINE_ID).strip();
        } catch (NoSuchFileException e) {
            throw noMachineId("the file is missing");
        } catch (IOException e) {
            throw BpfException.of("reading of " + MACHINE_ID)
                    .because("it can't be read (" + e + "): let this process read it, or try again")
                    .cause(e)
                    .build();
        }
        if (!VALID_MACHINE_ID.matcher(id).matches()) {
            throw noMachineId("it contains \"" + id + "\" instead of 32 hexadecimal digits");
        }
        return id;
    }

    private static BpfException noMachineId(String why) {
        return new BpfException(
                "reading of " + MACHINE_ID,
                why + ": give the machine a name of its own, for example the name of the Kubernetes node");
    }
}
