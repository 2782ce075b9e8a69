/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.examples.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The number of a control group is the inode of its directory, so other directories can take its place. */
class KubernetesLabelsTest {
    private static final String UID = "0c2f8a51-97ab-4d2e-8f10-3c0d9e6b7a21";
    private static final String ID = "d6f1".repeat(16);

    @TempDir
    private Path root;

    private Path groups = Path.of("");
    private Path logs = Path.of("");

    @BeforeEach
    void create() throws IOException {
        groups = Files.createDirectory(root.resolve("cgroup"));
        logs = Files.createDirectory(root.resolve("pods"));
        Files.createDirectory(logs.resolve("shop_cart-7d4f_" + UID));
    }

    private long group(String path) throws IOException {
        return (Long) Files.getAttribute(Files.createDirectories(groups.resolve(path)), "unix:ino");
    }

    @Test
    void namesPodAndContainerWithTheDriverOfSystemd() throws IOException {
        String slice =
                "kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod" + UID.replace('-', '_') + ".slice";
        long pod = group(slice);
        long container = group(slice + "/cri-containerd-" + ID + ".scope");
        long system = group("system.slice/ssh.service");
        KubernetesLabels labels = new KubernetesLabels(groups, logs);

        assertThat(labels.apply(pod)).isEqualTo(Map.of("pod_uid", UID, "namespace", "shop", "pod", "cart-7d4f"));
        assertThat(labels.apply(container))
                .isEqualTo(Map.of("pod_uid", UID, "namespace", "shop", "pod", "cart-7d4f", "container", ID));
        assertThat(labels.apply(system)).isEmpty();
    }

    @Test
    void namesThemWithTheDriverOfControlGroups() throws IOException {
        long container = group("kubepods/besteffort/pod" + UID + "/" + ID);

        assertThat(new KubernetesLabels(groups, logs).apply(container))
                .containsEntry("pod", "cart-7d4f")
                .containsEntry("container", ID);
    }

    /** The container runtime creates the directory of logs later than the control group. */
    @Test
    void findsTheNameOfAPodWhoseLogsAreYounger() throws IOException {
        Files.delete(logs.resolve("shop_cart-7d4f_" + UID));
        long pod = group("kubepods/pod" + UID);
        KubernetesLabels labels = new KubernetesLabels(groups, logs);
        assertThat(labels.apply(pod)).containsOnlyKeys("pod_uid");

        Files.createDirectory(logs.resolve("shop_cart-7d4f_" + UID));

        assertThat(labels.apply(pod)).containsEntry("pod", "cart-7d4f");
    }

    /** Its map may be shipped later. */
    @Test
    void remembersAPodThatHasEnded() throws IOException {
        long pod = group("kubepods/pod" + UID);
        long other = group("kubepods/pod" + UID.replace('0', '1'));
        KubernetesLabels labels = new KubernetesLabels(groups, logs);
        labels.apply(pod);
        Files.delete(groups.resolve("kubepods/pod" + UID));
        Files.delete(logs.resolve("shop_cart-7d4f_" + UID));

        assertThat(labels.apply(1L)).as("reads the directories again").isEmpty();
        assertThat(labels.apply(other)).containsOnlyKeys("pod_uid");
        assertThat(labels.apply(pod)).containsEntry("pod", "cart-7d4f");
    }
}
