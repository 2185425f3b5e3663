/** The Vagrantfile that a box brings: defaults, which the user's own goes over. */
export function vagrantfile(provider: "libvirt" | "virtualbox", settings: readonly string[]): string {
  const machine = [`  config.vm.provider :${provider} do |machine|`, ...settings.map((line) => `    machine.${line}`), "  end"];
  return [
    'Vagrant.configure("2") do |config|',
    '  config.vm.synced_folder ".", "/vagrant", disabled: true # no guest additions, no NFS',
    ...(settings.length > 0 ? machine : []),
    "end",
    "",
  ].join("\n");
}
