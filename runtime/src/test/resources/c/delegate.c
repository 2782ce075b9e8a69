/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Runs a command as root of a new user namespace, in which the BPF file system at /sys/fs/bpf delegates everything (Linux 6.9).
 * Only the namespace can open the file system, and only a process outside of it with CAP_SYS_ADMIN can set what it delegates.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static int need(int result, const char *call)
{
	if (result >= 0)
		return result;
	perror(call);
	exit(1);
}

static void child_failed(int signal)
{
	(void)signal;
	_exit(1);
}

static void write_map(int child, const char *file)
{
	char path[64];
	FILE *map;

	snprintf(path, sizeof(path), "/proc/%d/%s", child, file);
	map = fopen(path, "w");
	need(map ? fprintf(map, "0 0 65536\n") : -1, path);
	need(fclose(map), path);
}

static int in_namespace(int said, int heard, char **command)
{
	int fs = 0, mount_fd;
	char go;

	need(unshare(CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWNET), "unshare");
	need(write(said, &fs, sizeof(fs)), "write");
	need(read(heard, &go, 1), "read");
	need(mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL), "mount");
	fs = need(fsopen("bpf", 0), "fsopen");
	need(write(said, &fs, sizeof(fs)), "write");
	need(read(heard, &go, 1), "read");
	mount_fd = need(fsmount(fs, 0, 0), "fsmount");
	need(move_mount(mount_fd, "", AT_FDCWD, "/sys/fs/bpf", MOVE_MOUNT_F_EMPTY_PATH), "move_mount");
	execvp(command[0], command);
	return need(-1, "execvp");
}

int main(int count, char **arguments)
{
	static const char *const options[] = {"delegate_cmds", "delegate_maps", "delegate_progs", "delegate_attachs"};
	int up[2], down[2], fs, status, child;

	if (count < 2)
		return 2;
	need(pipe2(up, O_CLOEXEC), "pipe2");
	need(pipe2(down, O_CLOEXEC), "pipe2");
	/* A child that fails says why. */
	signal(SIGCHLD, child_failed);
	/* The processes share their file descriptors until the child executes the command. */
	child = need(syscall(SYS_clone, CLONE_FILES | SIGCHLD, 0, 0, 0, 0), "clone");
	if (child == 0)
		return in_namespace(up[1], down[0], arguments + 1);
	need(read(up[0], &fs, sizeof(fs)), "read");
	write_map(child, "uid_map");
	write_map(child, "gid_map");
	need(write(down[1], "", 1), "write");
	need(read(up[0], &fs, sizeof(fs)), "read");
	for (unsigned int i = 0; i < sizeof(options) / sizeof(*options); i++)
		need(fsconfig(fs, FSCONFIG_SET_STRING, options[i], "any", 0), options[i]);
	need(fsconfig(fs, FSCONFIG_CMD_CREATE, NULL, NULL, 0), "fsconfig");
	signal(SIGCHLD, SIG_DFL);
	need(write(down[1], "", 1), "write");
	need(waitpid(child, &status, 0), "waitpid");
	return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}
