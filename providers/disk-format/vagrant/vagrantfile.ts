/** The Vagrantfile that a box brings: defaults, which the user's own goes over. */
export function vagrantfile(provider: "libvirt" | "virtualbox", settings: readonly string[]): string {
  return `Vagrant.configure("2") do |config|
  config.vm.synced_folder ".", "/vagrant", disabled: true
  config.vm.provider :${provider} do |machine|
${settings.map((line) => `    machine.${line}\n`).join("")}  end
end
`;
}
