// Passkeys need the browser's interface: the one thing of these pages that does not work without script.
(() => {
  const decode = (text) => {
    const packed = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
    return Uint8Array.from(packed, (sign) => sign.charCodeAt(0));
  };
  const encode = (buffer) => {
    if (!buffer) return null;
    const packed = String.fromCharCode(...new Uint8Array(buffer));
    return btoa(packed).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  };
  const listed = (found) => (found || []).map((each) => ({ ...each, id: decode(each.id) }));

  const created = (credential) => ({
    type: credential.type,
    id: credential.id,
    rawId: encode(credential.rawId),
    authenticatorAttachment: credential.authenticatorAttachment,
    response: {
      clientDataJSON: encode(credential.response.clientDataJSON),
      attestationObject: encode(credential.response.attestationObject),
      transports: credential.response.getTransports ? credential.response.getTransports() : [],
    },
    clientExtensionResults: credential.getClientExtensionResults(),
  });
  const asserted = (credential) => ({
    type: credential.type,
    id: credential.id,
    rawId: encode(credential.rawId),
    authenticatorAttachment: credential.authenticatorAttachment,
    response: {
      clientDataJSON: encode(credential.response.clientDataJSON),
      authenticatorData: encode(credential.response.authenticatorData),
      signature: encode(credential.response.signature),
      userHandle: encode(credential.response.userHandle),
    },
    clientExtensionResults: credential.getClientExtensionResults(),
  });

  const create = async (options) => {
    const publicKey = { ...options.publicKey };
    publicKey.challenge = decode(publicKey.challenge);
    publicKey.user = { ...publicKey.user, id: decode(publicKey.user.id) };
    publicKey.excludeCredentials = listed(publicKey.excludeCredentials);
    publicKey.authenticatorSelection = {
      ...publicKey.authenticatorSelection,
      residentKey: "required",
      requireResidentKey: true,
      userVerification: "required",
    };
    return created(await navigator.credentials.create({ publicKey }));
  };
  const get = async (options) => {
    const publicKey = { ...options.publicKey };
    publicKey.challenge = decode(publicKey.challenge);
    publicKey.allowCredentials = listed(publicKey.allowCredentials);
    return asserted(await navigator.credentials.get({ publicKey }));
  };

  const optionsOf = async (form) => {
    const data = document.getElementById(form.dataset.passkeyOptions || "");
    if (data) {
      const found = JSON.parse(data.textContent);
      return found.creation_options || found.request_options;
    }
    const answer = await fetch(form.action, { headers: { Accept: "application/json" } });
    return (await answer.json()).request_options;
  };

  for (const form of document.querySelectorAll("form[data-passkey]")) {
    form.hidden = !window.PublicKeyCredential;
    const field = form.querySelector("[name=credential]");
    const failed = form.querySelector("[data-passkey-failed]");
    form.addEventListener("submit", async (event) => {
      if (field.value || (event.submitter && event.submitter.name)) return;
      event.preventDefault();
      try {
        const options = await optionsOf(form);
        const done = form.dataset.passkey === "create" ? await create(options) : await get(options);
        field.value = JSON.stringify(done);
        form.submit();
      } catch (error) {
        if (failed) failed.hidden = false;
      }
    });
  }
})();
